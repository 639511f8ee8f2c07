import type { Random } from '../simulated/random.ts';
import { MAX_INPUT_BYTES } from './bytes.ts';

/** A part of a file that has a name: a chunk, a segment, a block, a box. Its length and checksum are not kept. */
export interface Chunk {
  name: string;
  data: Buffer;
}

/** How a format is made of chunks; `join` states lengths and checksums anew, so that a decoder reads on. */
export interface Container {
  split(bytes: Buffer): Chunk[];
  join(chunks: readonly Chunk[]): Buffer;
}

/** A change that leaves every chunk well framed. */
export function mutateChunks(
  chunks: readonly Chunk[],
  donors: readonly Chunk[],
  mutateChunk: (chunk: Chunk) => Chunk,
  random: Random,
): Chunk[] {
  const at = random.int(0, Math.max(0, chunks.length - 1));
  const chunk = chunks[at];
  if (chunk === undefined) return [...donors];
  const kind = random.weighted({ data: 12, remove: 1, move: 1, repeat: 2, rename: 1, empty: 1, graft: 2 });
  if (kind === 'remove') return chunks.toSpliced(at, 1);
  if (kind === 'move') return chunks.toSpliced(at, 1).toSpliced(random.int(0, chunks.length - 1), 0, chunk);
  if (kind === 'repeat') return chunks.toSpliced(at, 0, ...copiesOf(chunk, random));
  if (kind === 'rename') return chunks.with(at, { ...chunk, name: random.pick([...chunks, ...donors]).name });
  if (kind === 'empty') return chunks.with(at, { ...chunk, data: Buffer.alloc(0) });
  if (kind === 'graft' && donors.length > 0) return chunks.toSpliced(at, 0, random.pick(donors));
  return chunks.with(at, mutateChunk(chunk));
}

/** Twice, or as often as a counter or a limit on frames and pages may not have been made for. */
function copiesOf(chunk: Chunk, random: Random): Chunk[] {
  const wanted = random.pick([1, 2, 10, 300, 5000]);
  const most = Math.max(1, Math.floor(MAX_INPUT_BYTES / (chunk.data.length + 16)));
  return Array<Chunk>(Math.min(wanted, most)).fill(chunk);
}
