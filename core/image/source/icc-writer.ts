import { colorants, D50, transposed, type Vector } from './colorants.ts';
import type { ColourSpace, Transfer } from './colour-space.ts';

const HEADER_BYTES = 128;
const VERSION_4_3 = 0x0430_0000;

/**
 * A version 4 profile of a colour space, so that libvips converts from it.
 *
 * @param isGrey whether the picture has one channel, which only the tone curve is for
 */
export function iccProfile(space: ColourSpace, isGrey: boolean): Buffer {
  const curve = parametricCurve(space.transfer);
  const shared = {
    desc: unicodeText('Stated by the file'),
    cprt: unicodeText('CC0'),
    wtpt: xyz(D50),
  };
  if (isGrey) return joinProfile('GRAY', { ...shared, kTRC: curve });
  const [red, green, blue] = transposed(colorants(space.primaries));
  return joinProfile('RGB ', {
    ...shared,
    rXYZ: xyz(red),
    gXYZ: xyz(green),
    bXYZ: xyz(blue),
    rTRC: curve,
    gTRC: curve,
    bTRC: curve,
  });
}

/** Parametric curve of kind 3. @see ICC.1:2022, 10.18 */
function parametricCurve({ gamma, a, b, c, d }: Transfer): Buffer {
  return Buffer.concat([Buffer.from('para\0\0\0\0\0\x03\0\0', 'latin1'), ...[gamma, a, b, c, d].map(fixed)]);
}

function xyz(vector: Vector): Buffer {
  return Buffer.concat([Buffer.from('XYZ \0\0\0\0', 'latin1'), ...vector.map(fixed)]);
}

/** multiLocalizedUnicodeType of one text in English. */
function unicodeText(text: string): Buffer {
  const utf16 = Buffer.from(text, 'utf16le').swap16();
  return Buffer.concat([
    Buffer.from('mluc\0\0\0\0', 'latin1'),
    ...[1, 12].map(uint32),
    Buffer.from('enUS', 'latin1'),
    ...[utf16.length, 28].map(uint32),
    utf16,
  ]);
}

function joinProfile(space: 'RGB ' | 'GRAY', tags: Readonly<Record<string, Buffer>>): Buffer {
  const count = Object.keys(tags).length;
  const table: Buffer[] = [uint32(count)];
  const data: Buffer[] = [];
  let at = HEADER_BYTES + 4 + 12 * count;
  for (const [name, tag] of Object.entries(tags)) {
    const padded = Buffer.concat([tag, Buffer.alloc(-tag.length & 3)]);
    table.push(Buffer.from(name, 'latin1'), uint32(at), uint32(tag.length));
    data.push(padded);
    at += padded.length;
  }
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(at, 0);
  header.writeUInt32BE(VERSION_4_3, 8);
  header.write(`mntr${space}XYZ `, 12, 'latin1');
  header.write('acsp', 36, 'latin1');
  Buffer.concat(D50.map(fixed)).copy(header, 68);
  return Buffer.concat([header, ...table, ...data]);
}

/** s15Fixed16Number */
function fixed(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(Math.round(value * 65_536));
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
