import { type Box, boxesOf, find, numberAt } from '../source/avif-boxes.ts';

/** Version and flags, which precede the data of a full box. */
const FULL_BOX_BYTES = 4;

/**
 * Adds EXIF to an AVIF that libvips wrote: an item that describes the picture, with its data behind all other data.
 *
 * @param exif from its byte order on
 * @see ISO/IEC 23008-12, annex A
 */
export function addAvifExif(avif: Buffer, exif: Buffer): Buffer {
  const boxes = boxesOf(avif);
  const meta = boxesOf(find(boxes, 'meta')?.subarray(FULL_BOX_BYTES));
  const pitm = find(meta, 'pitm');
  const iloc = find(meta, 'iloc');
  if (pitm === undefined || iloc === undefined) throw new Error('expected an AVIF with its items');
  const locations = readLocations(iloc);
  const item = 1 + Math.max(...locations.items.map(({ id }) => id));
  const primary = numberAt(pitm, FULL_BOX_BYTES, pitm[0] === 0 ? 2 : 4);
  const described = meta
    .filter(({ type }) => type !== 'iloc')
    .map((child) => (child.type === 'iinf' ? withItem(child, item) : child));
  const references = withReference(described, item, primary);
  // The data begins with the distance from there to the TIFF header: none.
  const data = box('mdat', Buffer.alloc(4), exif);
  const rebuilt = (metaBytes: number) => {
    const shift = metaBytes - boxBytes(boxes, 'meta');
    const start = avif.length + shift + HEADER_BYTES;
    const location = writeLocations(locations, shift, { id: item, start, length: exif.length + 4 });
    return box('meta', Buffer.alloc(FULL_BOX_BYTES), ...references.map(toBytes), box('iloc', location));
  };
  // Twice: how far data moves is known once the new box has its length.
  const newMeta = rebuilt(rebuilt(0).length);
  return Buffer.concat([...boxes.map((each) => (each.type === 'meta' ? newMeta : toBytes(each))), data]);
}

const HEADER_BYTES = 8;

function boxBytes(boxes: readonly Box[], type: string): number {
  return HEADER_BYTES + (find(boxes, type)?.length ?? 0);
}

function box(type: string, ...parts: Buffer[]): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(HEADER_BYTES + parts.reduce((sum, part) => sum + part.length, 0));
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, ...parts]);
}

function toBytes({ type, data }: Box): Buffer {
  return box(type, data);
}

/** The list of items, with one of type `Exif` at its end. */
function withItem({ type, data }: Box, item: number): Box {
  const countBytes = data[0] === 0 ? 2 : 4;
  const list = Buffer.from(data);
  list.writeUIntBE(numberAt(data, FULL_BOX_BYTES, countBytes) + 1, FULL_BOX_BYTES, countBytes);
  const entry = Buffer.alloc(13);
  entry.writeUInt8(2);
  entry.writeUInt16BE(item, 4);
  entry.write('Exif', 8, 'latin1');
  return { type, data: Buffer.concat([list, box('infe', entry)]) };
}

/** The boxes with a reference that says what the item describes. */
function withReference(boxes: readonly Box[], item: number, primary: number): Box[] {
  const known = find(boxes, 'iref');
  const idBytes = known === undefined || known[0] === 0 ? 2 : 4;
  const reference = Buffer.alloc(2 * idBytes + 2);
  reference.writeUIntBE(item, 0, idBytes);
  reference.writeUInt16BE(1, idBytes);
  reference.writeUIntBE(primary, idBytes + 2, idBytes);
  const data = Buffer.concat([known ?? Buffer.alloc(FULL_BOX_BYTES), box('cdsc', reference)]);
  return [...boxes.filter(({ type }) => type !== 'iref'), { type: 'iref', data }];
}

/** Where the data of items lies in the file, as libheif writes it: a base and extents in 4 bytes each. */
interface Locations {
  items: { id: number; base: number; extents: { offset: number; length: number }[] }[];
}

/** Version 0, offsets, lengths and bases of 4 bytes each. */
const ILOC_HEAD = Buffer.from([0, 0, 0, 0, 0x44, 0x40]);

/** @throws Error where the box is laid out in another way than libheif's */
function readLocations(iloc: Buffer): Locations {
  if (!iloc.subarray(0, ILOC_HEAD.length).equals(ILOC_HEAD)) {
    throw new Error(`expected an iloc box of version 0, received ${iloc.toString('hex', 0, 8)}`);
  }
  let at = ILOC_HEAD.length;
  const next = (bytes: number) => {
    at += bytes;
    return numberAt(iloc, at - bytes, bytes);
  };
  const items = Array.from({ length: next(2) }, () => {
    const id = next(2);
    // The data lies in this file.
    next(2);
    const base = next(4);
    const extents = Array.from({ length: next(2) }, () => ({ offset: next(4), length: next(4) }));
    return { id, base, extents };
  });
  return { items };
}

function writeLocations(
  { items }: Locations,
  shift: number,
  added: { id: number; start: number; length: number },
): Buffer {
  const { id, start, length } = added;
  const all = [
    ...items.map((item) => ({ ...item, base: item.base + shift })),
    { id, base: start, extents: [{ offset: 0, length }] },
  ];
  const parts = all.map((item) => {
    const part = Buffer.alloc(10 + 8 * item.extents.length);
    part.writeUInt16BE(item.id);
    part.writeUInt32BE(item.base, 4);
    part.writeUInt16BE(item.extents.length, 8);
    for (const [index, extent] of item.extents.entries()) {
      part.writeUInt32BE(extent.offset, 10 + 8 * index);
      part.writeUInt32BE(extent.length, 14 + 8 * index);
    }
    return part;
  });
  const count = Buffer.alloc(2);
  count.writeUInt16BE(all.length);
  return Buffer.concat([ILOC_HEAD, count, ...parts]);
}
