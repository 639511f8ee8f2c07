/** A box of a file of the ISO base media format: its data, without the header. @see ISO/IEC 14496-12 */
export interface Box {
  type: string;
  data: Buffer;
}

/** What the boxes of an AVIF or HEIC say of its picture. @see ISO/IEC 23008-12 and the AVIF specification */
export interface AvifPicture {
  /** Code points of primaries, transfer and matrix; undefined where it has a profile, or states none. */
  codes: { primaries: number; transfer: number; matrix: number } | undefined;
  /** Whether its colours are multiplied by alpha already. */
  isPremultiplied: boolean;
}

const HEADER_BYTES = 8;
const LARGE_HEADER_BYTES = 16;
/** Version and flags, which precede the data of some boxes. */
const FULL_BOX_BYTES = 4;

const SEQUENCE_BRANDS = ['avis', 'hevc', 'hevx'];

/** Whether the file is a sequence first of all: its major brand says so. */
export function isSequence(bytes: Buffer): boolean {
  return SEQUENCE_BRANDS.includes(bytes.toString('latin1', 8, 12));
}

export function readAvif(bytes: Buffer): AvifPicture {
  const meta = boxesOf(find(boxesOf(bytes), 'meta')?.subarray(FULL_BOX_BYTES));
  const pitm = find(meta, 'pitm');
  const primary = pitm === undefined ? 0 : numberAt(pitm, FULL_BOX_BYTES, pitm[0] === 0 ? 2 : 4);
  return {
    codes: codesOf(propertiesOf(boxesOf(find(meta, 'iprp')), primary)),
    isPremultiplied: isReferred(find(meta, 'iref'), 'prem', primary),
  };
}

function codesOf(properties: readonly Box[]): AvifPicture['codes'] {
  const colours = properties.filter(({ type }) => type === 'colr').map(({ data }) => data);
  const kindOf = (colour: Buffer) => colour.toString('latin1', 0, 4);
  if (colours.some((colour) => kindOf(colour) === 'prof' || kindOf(colour) === 'rICC')) return undefined;
  const coded = colours.find((colour) => kindOf(colour) === 'nclx' && colour.length >= 10);
  return (
    coded && {
      primaries: coded.readUInt16BE(4),
      transfer: coded.readUInt16BE(6),
      matrix: coded.readUInt16BE(8),
    }
  );
}

/** The properties that are associated with an item. */
function propertiesOf(iprp: readonly Box[], item: number): Box[] {
  const all = boxesOf(find(iprp, 'ipco'));
  const ipma = find(iprp, 'ipma');
  if (ipma === undefined || ipma.length < 8) return [];
  const idBytes = ipma[0] === 0 ? 2 : 4;
  const indexBytes = ((ipma[3] ?? 0) & 1) === 0 ? 1 : 2;
  let at = 8;
  while (at + idBytes < ipma.length) {
    const id = numberAt(ipma, at, idBytes);
    const count = ipma[at + idBytes] ?? 0;
    at += idBytes + 1;
    const indices = Array.from({ length: count }, (_, index) =>
      numberAt(ipma, at + index * indexBytes, indexBytes),
    );
    // The highest bit says whether the property is essential; indices count from 1.
    const mask = indexBytes === 1 ? 0x7f : 0x7fff;
    if (id === item) return indices.flatMap((index) => all[(index & mask) - 1] ?? []);
    at += count * indexBytes;
  }
  return [];
}

/** Whether an item is where references of a type begin. */
function isReferred(iref: Buffer | undefined, type: string, item: number): boolean {
  if (iref === undefined) return false;
  const idBytes = iref[0] === 0 ? 2 : 4;
  return boxesOf(iref.subarray(FULL_BOX_BYTES)).some(
    (reference) => reference.type === type && numberAt(reference.data, 0, idBytes) === item,
  );
}

/** The boxes that data is made of, up to one that is cut off. */
export function boxesOf(data: Buffer | undefined): Box[] {
  const boxes: Box[] = [];
  let at = 0;
  while (data !== undefined && at + HEADER_BYTES <= data.length) {
    const stated = data.readUInt32BE(at);
    const isLarge = stated === 1;
    const headerBytes = isLarge ? LARGE_HEADER_BYTES : HEADER_BYTES;
    const length = isLarge ? numberAt(data, at + 12, 4) : stated === 0 ? data.length - at : stated;
    if (length < headerBytes || at + length > data.length) break;
    boxes.push({
      type: data.toString('latin1', at + 4, at + 8),
      data: data.subarray(at + headerBytes, at + length),
    });
    at += length;
  }
  return boxes;
}

export function find(boxes: readonly Box[], type: string): Buffer | undefined {
  return boxes.find((box) => box.type === type)?.data;
}

/** A number in big-endian order; 0 where the data ends before it. */
export function numberAt(data: Buffer, at: number, bytes: number): number {
  return at + bytes <= data.length ? data.readUIntBE(at, bytes) : 0;
}
