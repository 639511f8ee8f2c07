import type { SourceFormat } from '../types.ts';

/** The format that the first bytes say, or undefined where it is none that we read. Names and content types lie. */
export function sniffFormat(bytes: Buffer): SourceFormat | undefined {
  if (startCount(bytes, [0xff, 0xd8, 0xff])) return 'jpeg';
  if (startCount(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'png';
  const head = bytes.toString('latin1', 0, 12);
  if (/^GIF8[79]a/.test(head)) return 'gif';
  if (/^RIFF.{4}WEBP/s.test(head)) return 'webp';
  // Classic TIFF (42) and BigTIFF (43), in both byte orders.
  if (/^(II[*+]\0|MM\0[*+])/.test(head)) return 'tiff';
  if (head.slice(4, 8) === 'ftyp') return heifFormat(bytes);
  return undefined;
}

/** What the bytes look like, as a noun phrase for a sentence. */
export function describeUnknown(bytes: Buffer): string {
  const head = bytes.subarray(0, 1024);
  const text = head.toString('latin1');
  const known = KNOWN_OTHERS.find(([pattern]) => pattern.test(text));
  if (known !== undefined) return known[1];
  if (isText(head)) return 'text';
  return `data of an unknown kind (its first bytes are ${head.subarray(0, 8).toString('hex')})`;
}

const KNOWN_OTHERS: readonly (readonly [RegExp, string])[] = [
  [/^\s*%PDF-/, 'a PDF document'],
  [/^[^<]{0,4}<(\?xml.*<svg|svg)/s, 'an SVG drawing'],
  [/^\s*<(!doctype html|html)/i, 'a web page'],
  [/^PK/, 'a ZIP archive or an Office document'],
  [/^BM/, 'a BMP image'],
  [/^8BPS/, 'a Photoshop document'],
  [/^.{4}JXL /s, 'a JPEG XL image'],
  [/^.{4}jP {2}/s, 'a JPEG 2000 image'],
  [/^.{4}ftyp/s, 'a video'],
];

const AVIF_BRANDS = ['avif', 'avis'];
const HEIC_BRANDS = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1'];

/** Brands of the `ftyp` box: the major one, then after the minor version the compatible ones. */
function heifFormat(bytes: Buffer): SourceFormat | undefined {
  const end = Math.min(bytes.readUInt32BE(0), 256);
  const brands = bytes.toString('latin1', 8, end).match(/.{4}/gs) ?? [];
  if (brands.some((brand) => AVIF_BRANDS.includes(brand))) return 'avif';
  if (brands.some((brand) => HEIC_BRANDS.includes(brand))) return 'heic';
  return undefined;
}

function isText(head: Buffer): boolean {
  return head.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);
}

function startCount(bytes: Buffer, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}
