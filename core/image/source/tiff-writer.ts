import type { TiffEntry } from './tiff-directory.ts';

const SHORT = 3;
const LONG = 4;

/** An entry of 16-bit numbers. */
export function shorts(tag: number, values: readonly number[], littleEndian: boolean): TiffEntry {
  const value = Buffer.alloc(2 * values.length);
  for (const [index, number] of values.entries()) {
    if (littleEndian) value.writeUInt16LE(number, 2 * index);
    else value.writeUInt16BE(number, 2 * index);
  }
  return { tag, type: SHORT, count: values.length, value };
}

/** An entry of 32-bit numbers. */
export function longs(tag: number, values: readonly number[], littleEndian: boolean): TiffEntry {
  const value = Buffer.alloc(4 * values.length);
  for (const [index, number] of values.entries()) {
    if (littleEndian) value.writeUInt32LE(number, 4 * index);
    else value.writeUInt32BE(number, 4 * index);
  }
  return { tag, type: LONG, count: values.length, value };
}

/**
 * A classic directory that will stand at `offset`: the count, 12 bytes an entry, the link to the next directory
 * (none), then the values over 4 bytes. Values stay in the byte order they came in.
 */
export function writeDirectory(entries: readonly TiffEntry[], offset: number, littleEndian: boolean): Buffer {
  const directory = Buffer.alloc(directoryBytes(entries));
  const uint16 = (value: number, at: number) =>
    littleEndian ? directory.writeUInt16LE(value, at) : directory.writeUInt16BE(value, at);
  const uint32 = (value: number, at: number) =>
    littleEndian ? directory.writeUInt32LE(value, at) : directory.writeUInt32BE(value, at);
  uint16(entries.length, 0);
  let valueAt = tableBytes(entries);
  for (const [index, entry] of entries.toSorted((a, b) => a.tag - b.tag).entries()) {
    const at = 2 + 12 * index;
    uint16(entry.tag, at);
    uint16(entry.type, at + 2);
    uint32(entry.count, at + 4);
    if (entry.value.length <= 4) {
      entry.value.copy(directory, at + 8);
    } else {
      uint32(offset + valueAt, at + 8);
      entry.value.copy(directory, valueAt);
      valueAt += evenBytes(entry);
    }
  }
  return directory;
}

/** The length of what {@link writeDirectory} writes. */
export function directoryBytes(entries: readonly TiffEntry[]): number {
  const values = entries.filter((entry) => entry.value.length > 4);
  return tableBytes(entries) + values.reduce((sum, entry) => sum + evenBytes(entry), 0);
}

function tableBytes(entries: readonly TiffEntry[]): number {
  return 2 + 12 * entries.length + 4;
}

/** Values begin at even offsets. */
function evenBytes(entry: TiffEntry): number {
  return entry.value.length + (entry.value.length % 2);
}
