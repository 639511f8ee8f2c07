import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fromPixels, toPixels } from '../../../../../core/image/pixels.ts';
import { sharp } from '../../../../../core/image/sharp-setup.ts';
import { inspect } from '../../../../../core/image/source/inspect.ts';
import {
  type Colour,
  decode,
  jpegOf,
  LIMITS,
  meanDifference,
  pixelAt,
  sample,
} from '../../../../support/fixtures/pictures.ts';

interface Vectors {
  patchPx: number;
  columns: number;
  vectors: { file: string; reference: string; expected: Colour[] }[];
}

const folder = new URL('../../../../support/fixtures/photos/colour/', import.meta.url);
const { patchPx, columns, vectors } = JSON.parse(
  readFileSync(new URL('colour.json', folder), 'utf8'),
) as Vectors;

/**
 * Limits of ΔE (CIE 1976) to the reference. JPEG's own rounding is worth up to 1.6. CMYK without a profile is
 * a guess at the inks; there libvips and Pillow differ in how they place black, which shows in the darkest patches.
 */
const LIMITS_OF_DELTA_E: Record<string, { mean: number; max: number }> = {
  'adobe-rgb.jpg': { mean: 0.5, max: 2 },
  'cmyk-bare.jpg': { mean: 2.5, max: 13 },
};
const USUAL_LIMIT = { mean: 0.4, max: 1.1 };

test.each(vectors)('$file is near to $reference', async ({ file, expected }) => {
  const pixels = await decode(readFileSync(new URL(file, folder)));
  const differences = expected.map((colour, index) => {
    const x = (index % columns) * patchPx + patchPx / 2;
    const y = Math.floor(index / columns) * patchPx + patchPx / 2;
    return deltaE(pixelAt(pixels, x, y), colour);
  });
  const limit = LIMITS_OF_DELTA_E[file] ?? USUAL_LIMIT;
  const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
  expect(mean).toBeLessThanOrEqual(limit.mean);
  expect(Math.max(...differences)).toBeLessThanOrEqual(limit.max);
});

test('CMYK is not inverted: no ink is white, all ink is black', async () => {
  for (const file of ['cmyk-bare.jpg', 'cmyk-embedded.jpg']) {
    const pixels = await decode(readFileSync(new URL(file, folder)));
    const [paper] = pixelAt(pixels, patchPx / 2, patchPx / 2);
    const [, green] = pixelAt(pixels, 4.5 * patchPx, patchPx / 2);
    expect(paper).toBeGreaterThan(240);
    expect(green).toBeLessThan(20);
  }
});

test('a profile that says sRGB is recognised by its numbers and changes nothing', async () => {
  const plain = await jpegOf(await decode(sample('chelsea.jpg')));
  const tagged = await sharp(plain).withIccProfile('srgb').jpeg({ quality: 100 }).toBuffer();
  expect((await inspect(tagged, LIMITS)).profile).toBe('srgb');
  const converted = await toPixels(sharp(tagged));
  expect(meanDifference(await decode(tagged), converted)).toBeLessThan(0.2);
});

test.each(['p3', 'cmyk'])('the profile %s is not taken for sRGB', async (name) => {
  const space = name === 'cmyk' ? 'cmyk' : 'srgb';
  const bytes = await fromPixels({ data: new Uint8Array(48), widthPx: 4, heightPx: 4 })
    .toColourspace(space)
    .withIccProfile(name)
    .jpeg()
    .toBuffer();
  expect((await inspect(bytes, LIMITS)).profile).toBe('other');
});

/** CIE 1976, of sRGB colours adapted to D50. */
function deltaE(a: Colour, b: Colour): number {
  const [labA, labB] = [lab(a), lab(b)];
  return Math.hypot(labA[0] - labB[0], labA[1] - labB[1], labA[2] - labB[2]);
}

function lab(colour: Colour): [number, number, number] {
  const [red, green, blue] = colour.map(linear) as [number, number, number];
  const x = root((0.4361 * red + 0.3851 * green + 0.1431 * blue) / 0.9643);
  const y = root(0.2225 * red + 0.7169 * green + 0.0606 * blue);
  const z = root((0.0139 * red + 0.0971 * green + 0.7141 * blue) / 0.8251);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function linear(level: number): number {
  const value = level / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function root(t: number): number {
  return t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27 / 116) * t + 16 / 116;
}
