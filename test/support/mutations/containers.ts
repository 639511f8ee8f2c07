import { crc32 } from 'node:zlib';
import type { Chunk, Container } from './chunks.ts';

/** What stands before the first chunk, as it is. */
const HEAD = 'head';
/** Bytes that belong to no chunk, as they are: the entropy-coded data of a JPEG, whatever follows damage. */
const RAW = 'raw';

/** @see https://www.w3.org/TR/png-3/#5Chunk-layout */
export const PNG: Container = {
  split(bytes) {
    const chunks: Chunk[] = [{ name: HEAD, data: bytes.subarray(0, 8) }];
    let at = 8;
    while (at + 12 <= bytes.length) {
      const end = Math.min(at + 8 + bytes.readUInt32BE(at), bytes.length);
      chunks.push({ name: bytes.toString('latin1', at + 4, at + 8), data: bytes.subarray(at + 8, end) });
      at = end + 4;
    }
    return chunks;
  },
  join(chunks) {
    return Buffer.concat(
      chunks.flatMap(({ name, data }) => {
        if (name === HEAD) return [data];
        const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
        return [uint32BE(data.length), body, uint32BE(crc32(body))];
      }),
    );
  },
};

/** Markers and lengths; the name is the marker's second byte in hex. @see ITU-T T.81, annex B */
export const JPEG: Container = {
  split(bytes) {
    const chunks: Chunk[] = [{ name: HEAD, data: bytes.subarray(0, 2) }];
    let at = 2;
    while (at + 4 <= bytes.length) {
      const marker = bytes[at + 1] ?? 0;
      const isSegment = bytes[at] === 0xff && marker >= 0xc0 && marker !== 0xd9;
      const end = isSegment ? at + 2 + bytes.readUInt16BE(at + 2) : scanEnd(bytes, at);
      const data = bytes.subarray(isSegment ? at + 4 : at, end);
      chunks.push({ name: isSegment ? marker.toString(16) : RAW, data });
      at = end;
    }
    return [...chunks, { name: RAW, data: bytes.subarray(at) }];
  },
  join(chunks) {
    return Buffer.concat(
      chunks.flatMap(({ name, data }) => {
        if (name === HEAD || name === RAW) return [data];
        const body = data.subarray(0, 0xffff - 2);
        return [Buffer.from([0xff, Number.parseInt(name, 16)]), uint16BE(body.length + 2), body];
      }),
    );
  },
};

/** @see https://developers.google.com/speed/webp/docs/riff_container */
export const WEBP: Container = {
  split(bytes) {
    const chunks: Chunk[] = [];
    let at = 12;
    while (at + 8 <= bytes.length) {
      const end = Math.min(at + 8 + bytes.readUInt32LE(at + 4), bytes.length);
      chunks.push({ name: bytes.toString('latin1', at, at + 4), data: bytes.subarray(at + 8, end) });
      at = end + ((end - at) % 2);
    }
    return chunks;
  },
  join(chunks) {
    const body = Buffer.concat([
      Buffer.from('WEBP'),
      ...chunks.flatMap(({ name, data }) => [
        Buffer.from(name, 'latin1'),
        uint32LE(data.length),
        data,
        Buffer.alloc(data.length % 2),
      ]),
    ]);
    return Buffer.concat([Buffer.from('RIFF'), uint32LE(body.length), body]);
  },
};

/** Screen descriptor, extensions (`ext`) and images (`img`), each with its sub-blocks. @see GIF89a, W3C */
export const GIF: Container = {
  split(bytes) {
    const headEnd = 13 + tableBytes(bytes[10] ?? 0);
    const chunks: Chunk[] = [{ name: HEAD, data: bytes.subarray(0, headEnd) }];
    let at = headEnd;
    while (bytes[at] === 0x21 || bytes[at] === 0x2c) {
      const isImage = bytes[at] === 0x2c;
      const start = isImage ? at + 11 + tableBytes(bytes[at + 9] ?? 0) : at + 2;
      const end = subBlocksEnd(bytes, start);
      chunks.push({ name: isImage ? 'img' : 'ext', data: bytes.subarray(at + 1, end) });
      at = end;
    }
    return [...chunks, { name: RAW, data: bytes.subarray(at) }];
  },
  join(chunks) {
    return Buffer.concat(
      chunks.flatMap(({ name, data }) => {
        if (name === HEAD || name === RAW) return [data];
        return [Buffer.from([name === 'img' ? 0x2c : 0x21]), data];
      }),
    );
  },
};

/** Boxes of one level; those inside are found by splitting their data. @see ISO/IEC 14496-12 */
export const BOXES: Container = {
  split(bytes) {
    const chunks: Chunk[] = [];
    let at = 0;
    while (at + 8 <= bytes.length) {
      const stated = bytes.readUInt32BE(at);
      const end = Math.min(stated >= 8 ? at + stated : bytes.length, bytes.length);
      chunks.push({ name: bytes.toString('latin1', at + 4, at + 8), data: bytes.subarray(at + 8, end) });
      at = end;
    }
    return chunks;
  },
  join(chunks) {
    return Buffer.concat(
      chunks.flatMap(({ name, data }) => [uint32BE(data.length + 8), Buffer.from(name, 'latin1'), data]),
    );
  },
};

/** The first marker after `from` that is neither stuffing nor a restart. */
function scanEnd(bytes: Buffer, from: number): number {
  for (let at = from + 1; at + 1 < bytes.length; at += 1) {
    const next = bytes[at + 1] ?? 0;
    if (bytes[at] === 0xff && next !== 0 && (next < 0xd0 || next > 0xd7)) return at;
  }
  return bytes.length;
}

function tableBytes(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1);
}

function subBlocksEnd(bytes: Buffer, from: number): number {
  let at = from;
  while ((bytes[at] ?? 0) !== 0) at += 1 + (bytes[at] ?? 0);
  return Math.min(at + 1, bytes.length);
}

function uint16BE(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}

function uint32BE(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function uint32LE(value: number): Buffer {
  return uint32BE(value).reverse();
}
