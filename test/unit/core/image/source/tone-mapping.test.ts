import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sharpImaging } from '../../../../../core/image/imaging.ts';
import { inspect } from '../../../../../core/image/source/inspect.ts';
import {
  type Colour,
  decode,
  distance,
  LIMITS,
  pixelAt,
  recipeOf,
} from '../../../../support/fixtures/pictures.ts';
import { makePng } from '../../../../support/fixtures/png-fixture.ts';

interface Vectors {
  patchPx: number;
  columns: number;
  vectors: { file: string; expected: Colour[] }[];
}

/** Made by generate.py there, with colour-science and the formula of BT.2390. */
const { patchPx, columns, vectors } = JSON.parse(fixture('tone-mapped.json').toString()) as Vectors;

function fixture(name: string): Buffer {
  return readFileSync(new URL(`../../../../support/fixtures/tone-mapped/${name}`, import.meta.url));
}

test.each(vectors)('$file is within a level of the formulas', async ({ file, expected }) => {
  const pixels = await decode(fixture(file));
  expect(expected.length).toBeGreaterThanOrEqual(128);
  for (const [index, colour] of expected.entries()) {
    const x = (index % columns) * patchPx + patchPx / 2;
    const y = Math.floor(index / columns) * patchPx + patchPx / 2;
    expect(distance(pixelAt(pixels, x, y), colour), `patch ${index}`).toBeLessThanOrEqual(1);
  }
});

/** A grey ramp of all values of 16 bits. */
function ramp(transfer: number): Buffer {
  const cicp = { type: 'cICP', data: Buffer.from([9, transfer, 0, 1]) };
  const sampleAt = (x: number, y: number) => 256 * y + x;
  return makePng({ widthPx: 256, heightPx: 256, bits: 16, colourType: 0, chunks: [cicp], sampleAt });
}

describe.each([
  ['PQ', 16],
  ['HLG', 18],
])('%s', (_name, transfer) => {
  test('gets brighter from black to white, without a jump', async () => {
    const { data } = await decode(ramp(transfer));
    expect(data[0]).toBe(0);
    expect(data.at(-1)).toBe(255);
    for (let pixel = 1; pixel < 65_536; pixel += 1) {
      const rise = (data[3 * pixel] ?? 0) - (data[3 * pixel - 3] ?? 0);
      expect(rise === 0 || rise === 1, `value ${pixel}`).toBe(true);
    }
  });

  test('keeps greys grey', async () => {
    const { data } = await decode(ramp(transfer));
    for (let at = 0; at < data.length; at += 3) {
      expect([data[at + 1], data[at + 2]]).toEqual([data[at], data[at]]);
    }
  });
});

test('the same light is the same level in PQ and in HLG', async () => {
  // BT.2408, table 1: graphics white of 203 cd/m² is 58 % of PQ and 75 % of HLG; 18 % grey of 26 cd/m² is 38 % of both.
  const grey = async (transfer: number, value: number) =>
    pixelAt(await decode(ramp(transfer)), value & 255, value >> 8)[0];
  const white = await grey(16, Math.round(0.5807 * 65_535));
  expect(Math.abs((await grey(18, Math.round(0.75 * 65_535))) - white)).toBeLessThanOrEqual(1);
  const middle = await grey(16, Math.round(0.38 * 65_535));
  expect(Math.abs((await grey(18, Math.round(0.38 * 65_535))) - middle)).toBeLessThanOrEqual(2);
  // Grey stays in sRGB what 26 of 203 cd/m² are, and white leaves room for what is brighter.
  expect(Math.abs(middle - 100)).toBeLessThanOrEqual(2);
  expect(white).toBeGreaterThan(225);
  expect(white).toBeLessThan(240);
});

test.each([
  ['pq-16.png', 'PQ'],
  ['hlg-10.avif', 'HLG'],
])('%s ends with a warning that names %s and the curve', async (file, name) => {
  const { warnings } = await sharpImaging.process(fixture(file), recipeOf(), LIMITS);
  expect(warnings).toEqual([
    `an HDR picture in ${name}: its brightness was mapped to standard range (BT.2390, 1000 to 203 cd/m²)`,
  ]);
});

/** An AVIF that says otherwise how its colours are coded. */
function withCodes(file: string, at: number, code: number): Buffer {
  const bytes = fixture(file);
  bytes.writeUInt16BE(code, bytes.indexOf('nclx') + 4 + 2 * at);
  return bytes;
}

test.each([
  ['primaries', 0, 3, 'a picture in colours of an unusual kind (code points 3 and 16)'],
  ['a transfer', 1, 17, 'a picture in colours of an unusual kind (code points 9 and 17)'],
  ['a matrix', 2, 14, 'a picture whose colours are mixed in an unusual way (matrix 14)'],
])('%s of an unusual kind are refused', async (_what, at, code, received) => {
  await expect(inspect(withCodes('pq-10.avif', at, code), LIMITS)).rejects.toMatchObject({
    code: 'UNSUPPORTED_FORMAT',
    message: expect.stringContaining(received),
  });
});

test('primaries that are not stated are those of BT.2020', async () => {
  const stated = await decode(fixture('pq-10.avif'));
  const unstated = await decode(withCodes('pq-10.avif', 0, 2));
  expect(Buffer.from(unstated.data).equals(Buffer.from(stated.data))).toBe(true);
});
