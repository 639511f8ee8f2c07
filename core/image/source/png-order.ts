import { headerChunks, type PngChunk } from './png-chunks.ts';

/** What precedes the palette, and what refers to it. @see https://www.w3.org/TR/png-3/#5ChunkOrdering */
const BEFORE_PALETTE = ['cICP', 'iCCP', 'sRGB', 'gAMA', 'cHRM', 'sBIT', 'mDCV', 'cLLI'];
const BEHIND_PALETTE = ['tRNS', 'bKGD', 'hIST'];

/** The PNG with the chunks before its pixels in order: libpng leaves out what is out of place, colours and transparency. */
export function orderedPng(bytes: Buffer): Buffer {
  const [header, ...others] = headerChunks(bytes);
  const last = others.at(-1);
  if (header === undefined || last === undefined || misplaced(others).length === 0) return bytes;
  const ordered = others.toSorted((a, b) => rankOf(a) - rankOf(b));
  return Buffer.concat([
    bytes.subarray(0, header.end),
    ...ordered.map(({ start, end }) => bytes.subarray(start, end)),
    bytes.subarray(last.end),
  ]);
}

/** The chunks that are out of place, one message each. */
export function pngOddities({ bytes }: { bytes: Buffer }): readonly string[] {
  return misplaced(headerChunks(bytes).slice(1)).map(
    ({ type }) => `Of the PNG file, the chunk ${type} is out of place.`,
  );
}

/**
 * Chunks that stand on the wrong side of the palette: colours behind it, and
 * transparency before it.
 */
function misplaced(chunks: readonly PngChunk[]): PngChunk[] {
  const palette = chunks.findIndex(({ type }) => type === 'PLTE');
  if (palette < 0) return [];
  return chunks.filter(({ type }, index) =>
    index > palette ? BEFORE_PALETTE.includes(type) : BEHIND_PALETTE.includes(type),
  );
}

function rankOf({ type }: PngChunk): number {
  if (BEFORE_PALETTE.includes(type)) return 0;
  return BEHIND_PALETTE.includes(type) ? 2 : 1;
}
