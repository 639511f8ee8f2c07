import { crc32 } from 'node:zlib';

/** A chunk of a PNG, and where it lies in the file. */
export interface PngChunk {
  type: string;
  data: Buffer;
  start: number;
  end: number;
}

const SIGNATURE_BYTES = 8;
/** Length and type before the data, a checksum behind it. */
const FRAME_BYTES = 12;
/** More chunks before the pixels are no picture's. */
const MAX_CHUNKS = 4096;

/** The chunks before the pixels, in order. @see https://www.w3.org/TR/png-3/#5Chunk-layout */
export function headerChunks(bytes: Buffer): PngChunk[] {
  const chunks: PngChunk[] = [];
  let start = SIGNATURE_BYTES;
  while (start + FRAME_BYTES <= bytes.length && chunks.length < MAX_CHUNKS) {
    const end = start + FRAME_BYTES + bytes.readUInt32BE(start);
    const type = bytes.toString('latin1', start + 4, start + 8);
    if (type === 'IDAT' || end > bytes.length) break;
    chunks.push({ type, data: bytes.subarray(start + 8, end - 4), start, end });
    start = end;
  }
  return chunks;
}

/** Length, type, data, and the checksum of type and data. */
export function pngChunk(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}
