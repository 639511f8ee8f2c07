import type { Region, Size } from '../geometry.ts';

/** One image of a GIF. */
export interface GifFrame {
  /** Where it lies on the canvas. */
  region: Region;
  /** Bits of its smallest codes, less one. */
  codeBits: number;
  /** Where its sub-blocks begin. */
  dataAt: number;
  /** Whether the file holds all of its sub-blocks. */
  isWhole: boolean;
  /** Where its graphic control extension begins; undefined where it has none. */
  controlAt: number | undefined;
  /** Where its sub-blocks end. */
  endAt: number;
}

/** How a GIF is built: the canvas, the images on it, and whether the file goes on to its end. */
export interface GifBlocks {
  canvas: Size;
  frames: readonly GifFrame[];
  /** Whether any frame has a colour that is transparent. */
  hasTransparency: boolean;
  /** Where the blocks end: at the trailer, or where the file ends before it. */
  endAt: number;
  hasTrailer: boolean;
}

/** The last byte of a GIF. */
export const TRAILER = 0x3b;

const BLOCK = { extension: 0x21, image: 0x2c, trailer: TRAILER } as const;
const GRAPHIC_CONTROL = 0xf9;
const TRANSPARENT = 1;
const HEADER_BYTES = 13;
const DESCRIPTOR_BYTES = 10;

/** A frame of one pixel, which is transparent: a graphic control extension, a descriptor, and three codes of three bits. */
export const TRANSPARENT_FRAME = Buffer.from([
  ...[0x21, 0xf9, 4, 1, 0, 0, 0, 0],
  ...[0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 0],
  ...[2, 2, 0x44, 1, 0],
]);

/** @see GIF89a specification, W3C, sections 18 to 27 */
export function readGif(bytes: Buffer): GifBlocks {
  const canvas = { widthPx: uint16(bytes, 6), heightPx: uint16(bytes, 8) };
  const frames: GifFrame[] = [];
  let hasTransparency = false;
  let controlAt: number | undefined;
  let at = HEADER_BYTES + tableBytes(bytes[10] ?? 0);
  while (bytes[at] === BLOCK.extension || bytes[at] === BLOCK.image) {
    const isImage = bytes[at] === BLOCK.image;
    const start = at;
    // An image has a descriptor, perhaps a table of colours, and one byte for the code size; an extension has a label.
    const dataAt = isImage ? at + DESCRIPTOR_BYTES + tableBytes(bytes[at + 9] ?? 0) + 1 : at + 2;
    const end = subBlocksEnd(bytes, dataAt);
    if (isImage) {
      frames.push({ ...frameAt(bytes, start, dataAt, end), controlAt });
      controlAt = undefined;
    } else if (bytes[at + 1] === GRAPHIC_CONTROL) {
      controlAt = at;
      if (((bytes[at + 3] ?? 0) & TRANSPARENT) !== 0) hasTransparency = true;
    }
    at = end ?? bytes.length;
  }
  return { canvas, frames, hasTransparency, endAt: at, hasTrailer: bytes[at] === BLOCK.trailer };
}

/** The bytes of a frame's sub-blocks, joined. */
export function frameData(bytes: Buffer, { dataAt }: GifFrame): Buffer {
  const parts: Buffer[] = [];
  for (let at = dataAt; (bytes[at] ?? 0) > 0; at += 1 + (bytes[at] ?? 0)) {
    parts.push(bytes.subarray(at + 1, at + 1 + (bytes[at] ?? 0)));
  }
  return Buffer.concat(parts);
}

function frameAt(
  bytes: Buffer,
  start: number,
  dataAt: number,
  end: number | undefined,
): Omit<GifFrame, 'controlAt'> {
  return {
    region: {
      leftPx: uint16(bytes, start + 1),
      topPx: uint16(bytes, start + 3),
      widthPx: uint16(bytes, start + 5),
      heightPx: uint16(bytes, start + 7),
    },
    codeBits: bytes[dataAt - 1] ?? 0,
    dataAt,
    isWhole: end !== undefined,
    endAt: end ?? bytes.length,
  };
}

/** Where the sub-blocks that begin at a place end; undefined where the file ends before them. */
function subBlocksEnd(bytes: Buffer, start: number): number | undefined {
  let at = start;
  while ((bytes[at] ?? 0) > 0) at += 1 + (bytes[at] ?? 0);
  return at < bytes.length ? at + 1 : undefined;
}

/** The bytes of a table of colours, by the flags that say whether there is one. */
function tableBytes(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 << ((flags & 7) + 1);
}

function uint16(bytes: Buffer, at: number): number {
  return at + 2 <= bytes.length ? bytes.readUInt16LE(at) : 0;
}
