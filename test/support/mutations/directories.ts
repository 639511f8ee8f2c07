import type { Random } from '../simulated/random.ts';
import { mutateBytes, writeEdge } from './bytes.ts';

/** Entries that are looked at in one directory: a broken count may state more than there are. */
const MAX_ENTRIES = 64;

/** How the directories of a file are laid out: in which byte order, and in bytes. */
interface Layout {
  littleEndian: boolean;
  countBytes: 2 | 8;
  entryBytes: 12 | 20;
  offsetBytes: 4 | 8;
}

function layoutOf(bytes: Buffer): Layout {
  const littleEndian = bytes.toString('latin1', 0, 2) === 'II';
  const isBig = (bytes[littleEndian ? 2 : 3] ?? 0) === 43;
  return isBig
    ? { littleEndian, countBytes: 8, entryBytes: 20, offsetBytes: 8 }
    : { littleEndian, countBytes: 2, entryBytes: 12, offsetBytes: 4 };
}

/** A TIFF of either version, or EXIF without its `Exif\0\0`, with one field of one directory changed. @see TIFF 6.0, section 2 */
export function mutateTiff(bytes: Buffer, random: Random): Buffer {
  const copy = Buffer.from(bytes);
  const layout = layoutOf(copy);
  const { littleEndian, countBytes, entryBytes, offsetBytes } = layout;
  const directories = directoriesOf(copy, layout);
  if (directories.length === 0) return mutateBytes(copy, random);
  const directory = random.pick(directories);
  const first = directory.at + countBytes;
  const entry = first + entryBytes * random.int(0, Math.max(0, directory.entries - 1));
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
  if (field === 'swap') {
    return swapped(copy, entry, first + entryBytes * random.int(0, directory.entries), entryBytes);
  }
  if (field === 'loop') return looped(copy, directory.next, random.pick(directories).at, littleEndian);
  const [at, width] = {
    tag: [entry, 2],
    type: [entry + 2, 2],
    count: [entry + 4, 4],
    value: [entry + 4 + offsetBytes, random.pick([2, 4] as const)],
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

function directoriesOf(
  bytes: Buffer,
  { littleEndian, countBytes, entryBytes, offsetBytes }: Layout,
): Directory[] {
  // Of numbers of 8 bytes, the lower half: no input is longer than that says.
  const number = (at: number, width: 2 | 4 | 8) => {
    const low = width === 8 && !littleEndian ? at + 4 : at;
    const read = Math.min(width, 4);
    if (low + read > bytes.length) return 0;
    return littleEndian ? bytes.readUIntLE(low, read) : bytes.readUIntBE(low, read);
  };
  const found: Directory[] = [];
  let at = number(offsetBytes, offsetBytes);
  while (at >= 8 && at + countBytes <= bytes.length && !found.some((seen) => seen.at === at)) {
    const entries = Math.min(number(at, countBytes), MAX_ENTRIES);
    const next = at + countBytes + entryBytes * entries;
    found.push({ at, entries, next });
    at = number(next, offsetBytes);
  }
  return found;
}

function swapped(bytes: Buffer, a: number, b: number, entryBytes: number): Buffer {
  if (Math.max(a, b) + entryBytes > bytes.length) return bytes;
  const entry = Buffer.from(bytes.subarray(a, a + entryBytes));
  bytes.copy(bytes, a, b, b + entryBytes);
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
