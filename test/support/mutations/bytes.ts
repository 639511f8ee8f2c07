import type { Random } from '../simulated/random.ts';

/** Where counters, sizes and signs turn over. */
const EDGES = [
  0, 1, 2, 3, 7, 8, 15, 16, 0x7f, 0x80, 0xff, 0x100, 0x3fff, 0x4000, 0x7fff, 0x8000, 0xffff, 0x1_0000,
  0xff_ffff, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_ffff,
] as const;

const WIDTHS = [1, 2, 4] as const;

/** No input grows beyond this: what is tried is the decoder, not the disk. */
export const MAX_INPUT_BYTES = 256 * 1024;

type Mutation = (bytes: Buffer, random: Random) => Buffer;

/** Mutations that know nothing of the format. */
const MUTATIONS: readonly Mutation[] = [
  flipBit,
  setByte,
  setEdge,
  addToField,
  truncate,
  remove,
  repeat,
  insert,
];

/** One small change. */
export function mutateBytes(bytes: Buffer, random: Random): Buffer {
  if (bytes.length === 0) return Buffer.from([random.int(0, 255)]);
  return random.pick(MUTATIONS)(Buffer.from(bytes), random).subarray(0, MAX_INPUT_BYTES);
}

/** A number that somebody may not have thought of, in so many bytes at `at`. */
export function writeEdge(
  bytes: Buffer,
  at: number,
  width: 1 | 2 | 4,
  littleEndian: boolean,
  random: Random,
): void {
  if (at + width > bytes.length) return;
  const value = random.chance(0.7) ? random.pick(EDGES) : random.int(0, 0xffff_ffff);
  writeNumber(bytes, at, width, littleEndian, value);
}

function flipBit(bytes: Buffer, random: Random): Buffer {
  const at = random.int(0, bytes.length - 1);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << random.int(0, 7));
  return bytes;
}

function setByte(bytes: Buffer, random: Random): Buffer {
  bytes[random.int(0, bytes.length - 1)] = random.int(0, 255);
  return bytes;
}

function setEdge(bytes: Buffer, random: Random): Buffer {
  writeEdge(bytes, random.int(0, bytes.length - 1), random.pick(WIDTHS), random.chance(0.5), random);
  return bytes;
}

function addToField(bytes: Buffer, random: Random): Buffer {
  const width = random.pick(WIDTHS);
  const littleEndian = random.chance(0.5);
  const at = random.int(0, bytes.length - 1);
  if (at + width > bytes.length) return bytes;
  const old = littleEndian ? bytes.readUIntLE(at, width) : bytes.readUIntBE(at, width);
  writeNumber(bytes, at, width, littleEndian, old + random.int(-16, 16));
  return bytes;
}

function truncate(bytes: Buffer, random: Random): Buffer {
  return bytes.subarray(0, random.int(0, bytes.length - 1));
}

function remove(bytes: Buffer, random: Random): Buffer {
  const { start, end } = range(bytes, random);
  return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
}

function repeat(bytes: Buffer, random: Random): Buffer {
  const { start, end } = range(bytes, random);
  const copies = Array<Buffer>(random.int(1, 20)).fill(bytes.subarray(start, end));
  return Buffer.concat([bytes.subarray(0, end), ...copies, bytes.subarray(end)]);
}

function insert(bytes: Buffer, random: Random): Buffer {
  const at = random.int(0, bytes.length);
  const added = Buffer.alloc(random.int(1, 64), random.pick([0, 0xff, random.int(0, 255)]));
  return Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at)]);
}

function range(bytes: Buffer, random: Random): { start: number; end: number } {
  const start = random.int(0, bytes.length - 1);
  return { start, end: Math.min(bytes.length, start + random.int(1, 32)) };
}

function writeNumber(
  bytes: Buffer,
  at: number,
  width: 1 | 2 | 4,
  littleEndian: boolean,
  value: number,
): void {
  const modulus = 2 ** (8 * width);
  const wrapped = ((value % modulus) + modulus) % modulus;
  if (littleEndian) bytes.writeUIntLE(wrapped, at, width);
  else bytes.writeUIntBE(wrapped, at, width);
}
