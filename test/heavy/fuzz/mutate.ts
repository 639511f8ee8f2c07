import { deflateSync, inflateSync } from 'node:zlib';
import { MAX_INPUT_BYTES, mutateBytes } from '../../support/mutations/bytes.ts';
import { type Chunk, type Container, mutateChunks } from '../../support/mutations/chunks.ts';
import { BOXES, GIF, JPEG, PNG, WEBP } from '../../support/mutations/containers.ts';
import { mutateProfile, mutateTiff } from '../../support/mutations/directories.ts';
import { Random } from '../../support/simulated/random.ts';
import type { Seed } from './seeds.ts';

const CONTAINERS: Record<string, Container> = {
  jpg: JPEG,
  png: PNG,
  webp: WEBP,
  gif: GIF,
  avif: BOXES,
  heic: BOXES,
};

/** One input of the fuzzer. The same seed and number always make the same bytes. */
export interface Input {
  /** The seed file, then what was done to it. */
  name: string;
  bytes: Buffer;
}

/** The input of that number: a seed file, changed one to four times. */
export function makeInput(seeds: readonly Seed[], seed: number, number: number): Input {
  const random = new Random(Math.imul(seed, 1_000_003) + number);
  const start = random.pick(seeds);
  const format = start.name.slice(start.name.lastIndexOf('.') + 1);
  const steps: string[] = [];
  let { bytes } = start;
  for (let left = random.int(1, 4); left > 0; left -= 1) {
    const kind = random.weighted({ structure: 10, bytes: 3, splice: 1 });
    const donor = random.pick(seeds);
    steps.push(kind);
    if (kind === 'structure') bytes = mutateStructure(bytes, format, donor, random);
    else if (kind === 'bytes') bytes = mutateBytes(bytes, random);
    else bytes = splice(bytes, donor.bytes, random);
  }
  return { name: `${start.name}: ${steps.join(', ')}`, bytes: bytes.subarray(0, MAX_INPUT_BYTES) };
}

function mutateStructure(bytes: Buffer, format: string, donor: Seed, random: Random): Buffer {
  const container = CONTAINERS[format];
  if (container === undefined) return mutateTiff(bytes, random);
  const sameFormat = donor.name.endsWith(format);
  const donors = sameFormat ? container.split(donor.bytes) : [];
  return container.join(
    mutateChunks(container.split(bytes), donors, (chunk) => mutateChunk(chunk, random), random),
  );
}

/** Boxes that hold boxes, and the bytes before the first of them. */
const NESTED: Record<string, number> = { meta: 4, iprp: 0, ipco: 0, iinf: 6, iref: 4, moov: 0, trak: 0 };

/** The chunk with its data changed by what it holds: boxes, EXIF, a profile, compressed data, or just bytes. */
function mutateChunk({ name, data }: Chunk, random: Random): Chunk {
  const headBytes = NESTED[name];
  if (headBytes !== undefined) {
    const inner = mutateChunks(
      BOXES.split(data.subarray(headBytes)),
      [],
      (box) => mutateChunk(box, random),
      random,
    );
    return { name, data: Buffer.concat([data.subarray(0, headBytes), BOXES.join(inner)]) };
  }
  const [start, mutate] = payloadOf(name, data);
  return { name, data: Buffer.concat([data.subarray(0, start), mutate(data.subarray(start), random)]) };
}

type Mutate = (bytes: Buffer, random: Random) => Buffer;

/** Where the payload of a chunk begins, and what is in it. */
function payloadOf(name: string, data: Buffer): [start: number, mutate: Mutate] {
  const tiff = data
    .subarray(0, 10)
    .toString('latin1')
    .search(/II\*\0|MM\0\*/);
  if (tiff >= 0) return [tiff, mutateTiff];
  if (data.toString('latin1', 0, 12) === 'ICC_PROFILE\0') return [14, mutateProfile];
  if (name === 'ICCP') return [0, mutateProfile];
  if (name === 'colr') return [4, mutateProfile];
  if (name === 'iCCP') return [data.indexOf(0) + 2, compressed(mutateProfile)];
  if (name === 'IDAT') return [0, compressed(mutateBytes)];
  return [0, mutateBytes];
}

function compressed(mutate: Mutate): Mutate {
  return (data, random) => {
    try {
      return deflateSync(mutate(inflateSync(data, { maxOutputLength: MAX_INPUT_BYTES }), random));
    } catch {
      // An earlier change has broken the compression.
      return mutateBytes(data, random);
    }
  };
}

/** The start of one file and the end of another. */
function splice(bytes: Buffer, donor: Buffer, random: Random): Buffer {
  const at = random.int(0, bytes.length);
  return Buffer.concat([bytes.subarray(0, at), donor.subarray(random.int(0, donor.length))]);
}
