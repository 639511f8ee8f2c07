import { createRequire } from 'node:module';
import { buffer } from 'node:stream/consumers';
import { DamagedError, decodePrimary, type HeifPicture, type LibHeif } from './libheif.ts';
import { type DecodeAnswer, type DecodeOrder, RGB, RGBA } from './protocol.ts';

/*
 * The process that decodes one HEIC: the file comes by standard input, and the answer goes to standard output. It has
 * no environment and may write nothing, and its decoder is WebAssembly, which cannot leave its heap.
 */

const WIDE_MOST = 65_535;

function decode(bytes: Buffer, { hasAlpha, isWide, packageFile, maxHeapBytes }: DecodeOrder): Buffer[] {
  const heap = limitHeap(maxHeapBytes);
  try {
    const lib = createRequire(import.meta.url)(packageFile) as LibHeif;
    const channels = hasAlpha ? RGBA : RGB;
    const picture = decodePrimary(lib, bytes, { channels, isWide });
    const { widthPx, heightPx } = picture;
    return [line({ widthPx, heightPx, channels }), ...rowsOf(lib, picture, channels, isWide)];
  } catch (error) {
    if (heap.isExceeded()) {
      return [line({ fault: 'memory', message: `its decoder needs more than ${maxHeapBytes} bytes` })];
    }
    if (error instanceof DamagedError) return [line({ fault: 'damaged', message: error.message })];
    throw error;
  }
}

/** Emscripten asks for a larger heap by this method, and takes an error for a lack of memory. */
function limitHeap(maxBytes: number): { isExceeded(): boolean } {
  const PAGE_BYTES = 65_536;
  const { prototype } = WebAssembly.Memory;
  const { grow } = prototype;
  let isExceeded = false;
  prototype.grow = function growWithin(pages) {
    isExceeded = this.buffer.byteLength + pages * PAGE_BYTES > maxBytes;
    if (isExceeded) throw new RangeError(`expected a heap of at most ${maxBytes} bytes`);
    return grow.call(this, pages);
  };
  return { isExceeded: () => isExceeded };
}

function line(answer: DecodeAnswer): Buffer {
  return Buffer.from(`${JSON.stringify(answer)}\n`);
}

/** Rows without what lies between them; samples of 10 or 12 bits are spread over 16. */
function rowsOf(
  lib: LibHeif,
  { widthPx, heightPx, bits, strideBytes, at }: HeifPicture,
  channels: number,
  isWide: boolean,
): Buffer[] {
  const heap = Buffer.from(lib.HEAPU8.buffer as ArrayBuffer);
  const rowBytes = widthPx * channels * (isWide ? 2 : 1);
  const rows = Array.from({ length: heightPx }, (_, y) => {
    const start = at + y * strideBytes;
    return heap.subarray(start, start + rowBytes);
  });
  if (isWide) for (const row of rows) spread(row, 2 ** bits - 1);
  return rows;
}

function spread(row: Buffer, most: number): void {
  for (let index = 0; index < row.length; index += 2) {
    row.writeUInt16LE(Math.round((row.readUInt16LE(index) * WIDE_MOST) / most), index);
  }
}

const order = JSON.parse(process.argv[2] ?? '{}') as DecodeOrder;
for (const part of decode(await buffer(process.stdin), order)) {
  if (!process.stdout.write(part)) await new Promise((resolve) => process.stdout.once('drain', resolve));
}
