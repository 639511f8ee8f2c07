import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { fromPixels } from '../../../../../core/image/pixels.ts';
import { sharp } from '../../../../../core/image/sharp-setup.ts';
import { decodeStored } from '../../../../../core/image/source/decode.ts';
import { jobOf, sample } from '../../../../support/fixtures/pictures.ts';

const FOREIGN = new URL('../../../../support/fixtures/foreign/', import.meta.url);
const END_MARKER = Buffer.from([0xff, 0xd9]);

/** A photo of 400 px, in each way that the scans of a JPEG are stored. */
const sources: Record<string, Buffer> = {
  'restart markers': readFileSync(new URL('restart.jpg', FOREIGN)),
  'progressive with restart markers': readFileSync(new URL('progressive-restart.jpg', FOREIGN)),
};

beforeAll(async () => {
  const photo = () => sharp(sample('chelsea.jpg')).resize(400);
  sources.sequential = await photo().jpeg({ quality: 85 }).toBuffer();
  sources['usual tables'] = await photo()
    .jpeg({ quality: 92, chromaSubsampling: '4:4:4', optimiseCoding: false })
    .toBuffer();
  sources.progressive = await photo().jpeg({ quality: 85, progressive: true }).toBuffer();
  sources.grey = await photo().greyscale().jpeg({ quality: 85 }).toBuffer();
});

const KINDS = [
  'sequential',
  'usual tables',
  'progressive',
  'grey',
  'restart markers',
  'progressive with restart markers',
];

function sourceOf(kind: string): Buffer {
  const source = sources[kind];
  if (source === undefined) throw new Error(`expected a JPEG that is ${kind}`);
  return source;
}

/** Where the first scan's bits begin. */
function scanStart(jpeg: Buffer): number {
  const header = jpeg.indexOf(Buffer.from([0xff, 0xda]));
  return header + 2 + jpeg.readUInt16BE(header + 2);
}

/** Places in the scan, from its start to near its end. */
function places(jpeg: Buffer, reserve: number): number[] {
  const start = scanStart(jpeg);
  return [0.02, 0.2, 0.37, 0.55, 0.71, 0.9].map((share) =>
    Math.floor(start + share * (jpeg.length - start - reserve)),
  );
}

async function outcomeOf(bytes: Buffer): Promise<string> {
  const job = await jobOf(bytes);
  return decodeStored(job).then(
    ({ warnings }) => (warnings.length > 0 ? `warned: ${warnings.join(' ')}` : 'whole'),
    (error: { code: string }) => error.code,
  );
}

describe.each(KINDS)('%s', (kind) => {
  test('is whole, with and without bytes behind its end', async () => {
    expect(await outcomeOf(sourceOf(kind))).toBe('whole');
    expect(await outcomeOf(Buffer.concat([sourceOf(kind), Buffer.from('from some camera')]))).toBe('whole');
  });

  test('cut anywhere in its scans, with and without an end marker', async () => {
    const jpeg = sourceOf(kind);
    for (const at of places(jpeg, 40)) {
      expect(await outcomeOf(jpeg.subarray(0, at)), `cut at ${at}`).toBe('CORRUPT_IMAGE');
      const ended = Buffer.concat([jpeg.subarray(0, at), END_MARKER]);
      expect(await outcomeOf(ended), `ended at ${at}`).toBe('CORRUPT_IMAGE');
    }
  });

  test('without a part of its scans', async () => {
    const jpeg = sourceOf(kind);
    const lost = Math.min(1000, Math.floor(jpeg.length / 8));
    for (const at of places(jpeg, lost + 20)) {
      const bytes = Buffer.concat([jpeg.subarray(0, at), jpeg.subarray(at + lost)]);
      expect(await outcomeOf(bytes), `${lost} bytes lost at ${at}`).toBe('CORRUPT_IMAGE');
    }
  });

  test('with the second half of its scans zeroed', async () => {
    const jpeg = Buffer.from(sourceOf(kind));
    jpeg.fill(0, Math.floor((scanStart(jpeg) + jpeg.length) / 2), jpeg.length - 2);
    expect(await outcomeOf(jpeg)).toBe('CORRUPT_IMAGE');
  });

  test('without its end marker it is whole, with a warning', async () => {
    const jpeg = sourceOf(kind);
    const outcome = await outcomeOf(jpeg.subarray(0, jpeg.length - 2));
    expect(outcome).toBe('warned: Of the JPEG file, the end marker is missing.');
  });

  test('with bytes between its segments it is whole, with a warning', async () => {
    const jpeg = sourceOf(kind);
    const tableAt = jpeg.indexOf(Buffer.from([0xff, 0xc4]));
    const bytes = Buffer.concat([jpeg.subarray(0, tableAt), Buffer.from('junk'), jpeg.subarray(tableAt)]);
    const job = await jobOf(bytes);
    const { warnings, ...pixels } = await decodeStored(job);
    expect(warnings).toEqual(['Of the JPEG file, 4 bytes before a marker belong to no segment.']);
    const { warnings: none, ...whole } = await decodeStored(await jobOf(jpeg));
    expect(none).toEqual([]);
    expect(Buffer.compare(pixels.data, whole.data)).toBe(0);
  });
});

test('a hole of 600 zeros in a scan, but where the codes behind it fall into step with no block too many', async () => {
  const missed: string[] = [];
  for (const kind of ['sequential', 'usual tables', 'grey']) {
    for (const at of places(sourceOf(kind), 700)) {
      const jpeg = Buffer.from(sourceOf(kind)).fill(0, at, at + 600);
      if ((await outcomeOf(jpeg)) !== 'CORRUPT_IMAGE') missed.push(`${kind}, at ${at}`);
    }
  }
  // Of 18. No decoder can notice it there: the scan has as many blocks as the picture, and nothing is left over.
  expect(missed).toEqual(['usual tables, at 25931']);
});

test('a flat picture, whose scan is of zeros, is whole', async () => {
  const flat = { data: new Uint8Array(3 * 900 * 900).fill(255), widthPx: 900, heightPx: 900 };
  for (const optimiseCoding of [false, true]) {
    expect(await outcomeOf(await fromPixels(flat).jpeg({ optimiseCoding }).toBuffer())).toBe('whole');
  }
});

test('files that are decoded at the same time are told apart', async () => {
  const sound = sourceOf('usual tables');
  const [, , at = 0] = places(sound, 1100);
  const damaged = Buffer.concat([sound.subarray(0, at), sound.subarray(at + 1000)]);
  for (let round = 0; round < 10; round += 1) {
    const outcomes = await Promise.all(
      Array.from({ length: 24 }, (_, index) => outcomeOf(index % 3 === 0 ? damaged : sound)),
    );
    for (const [index, outcome] of outcomes.entries()) {
      expect(outcome, `file ${index}`).toBe(index % 3 === 0 ? 'CORRUPT_IMAGE' : 'whole');
    }
  }
});
