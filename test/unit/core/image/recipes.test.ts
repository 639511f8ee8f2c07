import { describe, expect, it, test } from 'vitest';
import { toPixels } from '../../../../core/image/pixels.ts';
import { sharp } from '../../../../core/image/sharp-setup.ts';
import { readExif } from '../../../../core/image/source/exif.ts';
import { pixelAt } from '../../../support/fixtures/pictures.ts';
import { DISTANCES, isSoftlyEdited, measureDiffers } from '../../../support/recipes/distances.ts';
import {
  digestOf,
  type KeptExpectation,
  readExpectations,
} from '../../../support/recipes/kept-expectations.ts';
import { drawCase, fileOf, type RecipeCase } from '../../../support/recipes/recipe-case.ts';
import { type RunCase, runCase } from '../../../support/recipes/run-case.ts';
import { levelsApart, summarise } from '../../../support/recipes/summary.ts';

// `npm run test:recipes -- --write` asks Pillow and scikit-image what they expect, and keeps it.
const { seed, vectors } = readExpectations();
const GROUP = 40;
const groups = Array.from({ length: Math.ceil(vectors.length / GROUP) }, (_, index) => ({
  first: index * GROUP,
  group: vectors.slice(index * GROUP, (index + 1) * GROUP),
}));

it('has expectations of several hundred cases, of every kind', () => {
  expect(vectors.length).toBeGreaterThanOrEqual(400);
  const pictures = vectors.flatMap((vector) => Object.values(vector.pictures));
  expect(pictures.filter((picture) => 'sha256' in picture).length).toBeGreaterThan(250);
  expect(pictures.filter((picture) => 'cells' in picture).length).toBeGreaterThan(150);
  expect(vectors.filter(({ credits }) => Object.keys(credits).length > 0).length).toBeGreaterThan(50);
  expect(vectors.filter(({ detail, enhance }) => detail && enhance).length).toBeGreaterThan(100);
});

describe('random recipes over random pictures are as Pillow makes them', () => {
  test.each(groups)('from case $first on', async ({ group }) => {
    for (const vector of group) {
      const drawn = drawCase(seed, vector.number);
      const name = `case ${vector.number}: ${JSON.stringify(drawn)}`;
      expect(digestOf(drawn), `${name}: has no expectation, as the cases have changed`).toBe(vector.case);
      const run = await runCase(await fileOf(drawn), drawn.recipe);
      await expectPictures(run, drawn, vector, name);
      await expectPadding(run, drawn, vector, name);
      await expectOutputs(run, drawn, vector, name);
      for (const measure of ['detail', 'enhance'] as const) {
        const differs = measureDiffers(measure, run.image.quality[measure], vector[measure], drawn.recipe);
        expect(differs, name).toBeUndefined();
      }
    }
  });
});

async function expectPictures(
  { pictures }: RunCase,
  drawn: RecipeCase,
  vector: KeptExpectation,
  name: string,
): Promise<void> {
  expect(Object.keys(pictures).sort(), name).toEqual(Object.keys(vector.pictures).sort());
  for (const [variant, expected] of Object.entries(vector.pictures)) {
    const found = summarise(await toPixels(sharp(pictures[variant])));
    const { widthPx, heightPx } = expected;
    expect(found, `${name}: ${variant}`).toMatchObject({ widthPx, heightPx });
    if ('sha256' in expected) expect(found.sha256, `${name}: ${variant}`).toBe(expected.sha256);
    if (!('cells' in expected)) continue;
    const { shrunk, softlyEdited, rotated, rounding } = DISTANCES;
    const isSoft = isSoftlyEdited(drawn);
    // A cell may be one pixel, and the picture may have been shrunk before it was rotated.
    const allowed = isSoft ? softlyEdited.most + rotated.most : Math.max(shrunk.most, rotated.most);
    expect(levelsApart(found, expected), `${name}: ${variant}`).toBeLessThanOrEqual(allowed + rounding);
    const means = Math.max(
      ...found.means.map((mean, channel) => Math.abs(mean - (expected.means[channel] ?? 0))),
    );
    expect(means, `${name}: ${variant}`).toBeLessThanOrEqual(shrunk.mean);
  }
}

/** Around the content, nothing but the background. */
async function expectPadding(
  { pictures }: RunCase,
  { recipe }: RecipeCase,
  { place: [left, top, width, height] }: KeptExpectation,
  name: string,
): Promise<void> {
  const canvas = await toPixels(sharp(pictures.processed));
  const background = [...Buffer.from(recipe.resize.background.slice(1), 'hex')];
  for (let y = 0; y < canvas.heightPx; y++) {
    for (let x = 0; x < canvas.widthPx; x++) {
      const isInside = x >= left && x < left + width && y >= top && y < top + height;
      if (!isInside) expect(pixelAt(canvas, x, y), `${name}: ${x}, ${y}`).toEqual(background);
    }
  }
}

/** Size and metadata of the outputs as they were encoded; what has no loss is identical. */
async function expectOutputs(
  { outputs, image }: RunCase,
  { recipe }: RecipeCase,
  { pictures, credits }: KeptExpectation,
  name: string,
): Promise<void> {
  const { format } = recipe.output;
  for (const [variant, { bytes }] of Object.entries(outputs)) {
    const { width, height, exif, orientation = 1 } = await sharp(bytes).metadata();
    expect([width, height], name).toEqual([pictures[variant]?.widthPx, pictures[variant]?.heightPx]);
    const { Image: tags = {}, GPSInfo } = readExif(exif) ?? {};
    const kept = format === 'gif' ? {} : credits;
    expect([tags.Artist, tags.Copyright], name).toEqual([kept.artist, kept.copyright]);
    expect([orientation, GPSInfo], name).toEqual([1, undefined]);
  }
  if (format === 'png') expect(image.quality.encode.identical, name).toBe(true);
}
