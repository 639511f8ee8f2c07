import type { SourceFormat } from './source-format.ts';

/**
 * The format that the first bytes say, or undefined where it is none that we read. Names and content types lie. The app
 * in the browser asks it, too, so it needs nothing of Node.
 */
export function sniffFormat(bytes: Uint8Array): SourceFormat | undefined {
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return 'jpeg';
  if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'png';
  const head = latin1(bytes, 0, 12);
  if (/^GIF8[79]a/.test(head)) return 'gif';
  if (/^RIFF.{4}WEBP/s.test(head)) return 'webp';
  // Classic TIFF (42) and BigTIFF (43), in both byte orders.
  if (/^(II[*+]\0|MM\0[*+])/.test(head)) return 'tiff';
  if (head.slice(4, 8) === 'ftyp') return heifFormat(bytes);
  return undefined;
}

/** What the bytes look like, as a noun phrase for a sentence. */
export function describeUnknown(bytes: Uint8Array): string {
  const head = bytes.subarray(0, 1024);
  const text = latin1(head);
  const known = KNOWN_OTHERS.find(([pattern]) => pattern.test(text));
  if (known !== undefined) return known[1];
  if (isText(head)) return 'text';
  return `data of an unknown kind (its first bytes are ${hex(head.subarray(0, 8))})`;
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
function heifFormat(bytes: Uint8Array): SourceFormat | undefined {
  const boxBytes = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0);
  const brands = latin1(bytes, 8, Math.min(boxBytes, 256)).match(/.{4}/gs) ?? [];
  if (brands.some((brand) => AVIF_BRANDS.includes(brand))) return 'avif';
  if (brands.some((brand) => HEIC_BRANDS.includes(brand))) return 'heic';
  return undefined;
}

function isText(head: Uint8Array): boolean {
  return head.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}

function latin1(bytes: Uint8Array, start = 0, end = bytes.length): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
