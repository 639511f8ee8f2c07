import type { Random } from '../simulated/random.ts';
import { mutateBytes, writeEdge } from './bytes.ts';

/** Entries that are looked at in one directory: a broken count may state more than there are. */
const MAX_ENTRIES = 64;

/** A TIFF, or EXIF without its `Exif\0\0`, with one field of one directory changed. @see TIFF 6.0, section 2 */
export function mutateTiff(bytes: Buffer, random: Random): Buffer {
  const copy = Buffer.from(bytes);
  const littleEndian = copy.toString('latin1', 0, 2) === 'II';
  const directories = directoriesOf(copy, littleEndian);
  if (directories.length === 0) return mutateBytes(copy, random);
  const directory = random.pick(directories);
  const entry = directory.at + 2 + 12 * random.int(0, Math.max(0, directory.entries - 1));
  const field = random.weighted({
    value: 6,
    count: 3,
    type: 2,
    tag: 2,
    length: 1,
    next: 1,
    swap: 1,
    loop: 1,
  });
  if (field === 'swap') return swapped(copy, entry, directory.at + 2 + 12 * random.int(0, directory.entries));
  if (field === 'loop') return looped(copy, directory.next, random.pick(directories).at, littleEndian);
  const [at, width] = {
    tag: [entry, 2],
    type: [entry + 2, 2],
    count: [entry + 4, 4],
    value: [entry + 8, random.pick([2, 4] as const)],
    length: [directory.at, 2],
    next: [directory.next, 4],
  }[field] as [number, 2 | 4];
  writeEdge(copy, at, width, littleEndian, random);
  return copy;
}

/** An ICC profile with a field of its header or of its table of tags changed, or a byte of a tag. @see ICC.1 */
export function mutateProfile(bytes: Buffer, random: Random): Buffer {
  const copy = Buffer.from(bytes);
  if (copy.length < 144) return mutateBytes(copy, random);
  const tags = Math.min(copy.readUInt32BE(128), MAX_ENTRIES);
  const at = random.pick([
    4 * random.int(0, 31),
    128,
    132 + 12 * random.int(0, Math.max(0, tags - 1)) + 4 * random.int(0, 2),
    random.int(132, copy.length - 4),
  ]);
  writeEdge(copy, at, 4, false, random);
  return copy;
}

interface Directory {
  at: number;
  entries: number;
  /** Where the offset of the next directory stands. */
  next: number;
}

function directoriesOf(bytes: Buffer, littleEndian: boolean): Directory[] {
  const uint16 = (at: number) => (littleEndian ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  const uint32 = (at: number) => (littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const found: Directory[] = [];
  let at = bytes.length >= 8 ? uint32(4) : 0;
  while (at >= 8 && at + 2 <= bytes.length && !found.some((seen) => seen.at === at)) {
    const entries = Math.min(uint16(at), MAX_ENTRIES);
    const next = at + 2 + 12 * entries;
    found.push({ at, entries, next });
    at = next + 4 <= bytes.length ? uint32(next) : 0;
  }
  return found;
}

function swapped(bytes: Buffer, a: number, b: number): Buffer {
  if (Math.max(a, b) + 12 > bytes.length) return bytes;
  const entry = Buffer.from(bytes.subarray(a, a + 12));
  bytes.copy(bytes, a, b, b + 12);
  entry.copy(bytes, b);
  return bytes;
}

/** The chain of pages leads back to one of them. */
function looped(bytes: Buffer, linkAt: number, target: number, littleEndian: boolean): Buffer {
  if (linkAt + 4 > bytes.length) return bytes;
  if (littleEndian) bytes.writeUInt32LE(target, linkAt);
  else bytes.writeUInt32BE(target, linkAt);
  return bytes;
}
