import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sharp } from '../../../../../core/image/sharp-setup.ts';
import { inspect } from '../../../../../core/image/source/inspect.ts';
import { type Colour, decode, distance, LIMITS, pixelAt } from '../../../../support/fixtures/pictures.ts';
import { makePng } from '../../../../support/fixtures/png-fixture.ts';

interface Vectors {
  patchPx: number;
  columns: number;
  vectors: { file: string; reference: string; expected: Colour[] }[];
}

const declared = readVectors('declared-colour/declared.json');
const embedded = readVectors('photos/colour/colour.json');

function fixture(path: string): Buffer {
  return readFileSync(new URL(`../../../../support/fixtures/${path}`, import.meta.url));
}

function readVectors(path: string): Vectors {
  return JSON.parse(fixture(path).toString()) as Vectors;
}

function placeOf(index: number, { patchPx, columns }: Vectors): [x: number, y: number] {
  return [(index % columns) * patchPx + patchPx / 2, Math.floor(index / columns) * patchPx + patchPx / 2];
}

test.each(declared.vectors)('$file is within 2 levels of the $reference', async ({ file, expected }) => {
  const pixels = await decode(fixture(`declared-colour/${file}`));
  for (const [index, colour] of expected.entries()) {
    const [x, y] = placeOf(index, declared);
    expect(distance(pixelAt(pixels, x, y), colour), `patch ${index}`).toBeLessThanOrEqual(2);
  }
});

describe('colours that cannot be shown in sRGB as they are meant', () => {
  test.each([['cicp-narrow.png', 'a PNG whose samples are a video signal']])(
    '%s is %s',
    async (file, what) => {
      const error = await inspect(fixture(`declared-colour/${file}`), LIMITS).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).toMatchObject({
        code: 'UNSUPPORTED_FORMAT',
        message:
          `Expected a JPEG, PNG, WebP, GIF, TIFF or AVIF image, received ${what}. ` +
          'Export it for standard dynamic range (SDR), in sRGB, and upload that.',
      });
    },
  );
});

test('16-bit colour with alpha is converted by its profile before it is laid on the background', async () => {
  const file = 'rgb16-display-p3.png';
  const source = fixture(`photos/colour/${file}`);
  const { expected } = embedded.vectors.find((vector) => vector.file === file) ?? { expected: [] };
  const opaque = await decode(source);
  const profileAt = source.indexOf('iCCP');
  const profile = source.subarray(profileAt + 4, profileAt + 4 + source.readUInt32BE(profileAt - 4));
  const { data } = await wideSamples(source);
  const alpha = 0x6000;
  const png = makePng({
    widthPx: opaque.widthPx,
    heightPx: opaque.heightPx,
    bits: 16,
    colourType: 6,
    chunks: [{ type: 'iCCP', data: profile }],
    sampleAt: (x, y, channel) =>
      channel === 3 ? alpha : (data[3 * (y * opaque.widthPx + x) + channel] ?? 0),
  });
  const pixels = await decode(png, '#204060');
  const share = alpha / 0xffff;
  for (const [index, colour] of expected.entries()) {
    const [x, y] = placeOf(index, embedded);
    const over = colour.map((level, channel) => level * share + ([32, 64, 96][channel] ?? 0) * (1 - share));
    expect(distance(pixelAt(pixels, x, y), over as unknown as Colour), `patch ${index}`).toBeLessThanOrEqual(
      1.5,
    );
  }
});

async function wideSamples(png: Buffer): Promise<{ data: Uint16Array }> {
  const { data } = await sharp(png, { ignoreIcc: true })
    .toColourspace('rgb16')
    .raw({ depth: 'ushort' })
    .toBuffer({ resolveWithObject: true });
  return { data: new Uint16Array(data.buffer, data.byteOffset, data.length / 2) };
}

test('half-transparent pixels are rounded, not cut off', async () => {
  const size = { widthPx: 256, heightPx: 256 };
  // Every level with every alpha.
  const png = makePng({ ...size, colourType: 6, sampleAt: (x, y, channel) => (channel === 3 ? y : x) });
  const pixels = await decode(png, '#ffffff');
  let sum = 0;
  for (let y = 0; y < 256; y += 1) {
    for (let x = 0; x < 256; x += 1) {
      const difference = (pixels.data[3 * (256 * y + x)] ?? 0) - (x * y + 255 * (255 - y)) / 255;
      expect(Math.abs(difference)).toBeLessThanOrEqual(0.5 + 1e-9);
      sum += difference;
    }
  }
  expect(Math.abs(sum / 65_536)).toBeLessThan(0.01);
});

test.each([
  ['all on one line', [31_270, 32_900, 10_000, 10_000, 20_000, 20_000, 30_000, 30_000]],
  ['of zeros', [0, 0, 0, 0, 0, 0, 0, 0]],
  ['without a height', [31_270, 0, 64_000, 0, 30_000, 0, 15_000, 0]],
])('primaries that are %s say nothing', async (_what, numbers) => {
  const chrm = Buffer.alloc(32);
  for (const [index, number] of numbers.entries()) chrm.writeUInt32BE(number, 4 * index);
  const sampleAt = (x: number) => 20 * x;
  const png = makePng({ widthPx: 10, heightPx: 4, sampleAt, chunks: [{ type: 'cHRM', data: chrm }] });
  const pixels = await decode(png);
  expect(pixelAt(pixels, 6, 2)).toEqual([120, 120, 120]);
});

test.each([0, 1, 1999, 1_000_001, 0xffff_ffff])('a gamma of %i says nothing', async (gamma) => {
  const data = Buffer.alloc(4);
  data.writeUInt32BE(gamma);
  const png = makePng({
    widthPx: 10,
    heightPx: 4,
    sampleAt: (x) => 20 * x,
    chunks: [{ type: 'gAMA', data }],
  });
  expect(pixelAt(await decode(png), 6, 2)).toEqual([120, 120, 120]);
});
