import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import sharp, { type OutputInfo } from 'sharp';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { jsonSchemas } from '../../../scripts/json-schemas.ts';
import { allExamples } from '../../../scripts/recipe-examples.ts';
import { pictureFile, recipePage } from '../../../scripts/recipe-page.ts';
import { renderExample } from '../../../scripts/recipe-pictures.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const PICTURES = join(ROOT, 'docs', 'images', 'recipes');

/** What to do where a test of this file fails. */
const STALE = 'stale: run npm run generate';

/** Encoders differ a little from one processor to another; a filter that has changed differs by more. */
const MAX_MEAN_DIFFERENCE = 1;

describe('docs/recipes.md', () => {
  it('says what the schema says', () => {
    expect(readFileSync(join(ROOT, 'docs', 'recipes.md'), 'utf8'), STALE).toBe(recipePage());
  });

  it('has its pictures, no other, and they are small', () => {
    const files = readdirSync(PICTURES).sort();
    expect(files, STALE).toEqual(allExamples().map(pictureFile).sort());
    const bytes = files.reduce((sum, file) => sum + statSync(join(PICTURES, file)).size, 0);
    expect(bytes).toBeLessThan(600_000);
  });

  it.each(allExamples())('shows $name as the pipeline makes it', async (example) => {
    const shown = await rawPixels(readFileSync(join(PICTURES, pictureFile(example))));
    const made = await rawPixels((await renderExample(example)).bytes);
    expect([shown.info.width, shown.info.height], STALE).toEqual([made.info.width, made.info.height]);
    expect(meanDifference(shown.data, made.data), STALE).toBeLessThan(MAX_MEAN_DIFFERENCE);
  });

  it('would not pass for the picture of another filter', async () => {
    const [sharpen, smooth] = await Promise.all(
      ['filter-sharpen.jpeg', 'filter-smooth.jpeg'].map((file) =>
        rawPixels(readFileSync(join(PICTURES, file))),
      ),
    );
    expect(meanDifference(sharpen?.data ?? Buffer.of(0), smooth?.data ?? Buffer.of(0))).toBeGreaterThan(
      2 * MAX_MEAN_DIFFERENCE,
    );
  });
});

describe('the JSON Schemas', () => {
  it.each([...jsonSchemas()])('%s says what the code checks', (name, text) => {
    expect(readFileSync(join(ROOT, 'schemas', name), 'utf8'), STALE).toBe(text);
  });

  it('are all there is in schemas/', () => {
    expect(readdirSync(join(ROOT, 'schemas')).sort(), STALE).toEqual([...jsonSchemas().keys()].sort());
  });

  it('take the example of the README, and no misspelt field or value', () => {
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
    const example = JSON.parse(/```json\n(.*?)```/s.exec(readme)?.[1] ?? '');
    const schema = z.fromJSONSchema(JSON.parse(jsonSchemas().get('darkroom.config.schema.json') ?? ''));
    expect(schema.safeParse(example).success).toBe(true);
    const { catalogue } = example.recipes;
    expect(schema.safeParse({ recipes: { catalogue: { ...catalogue, filter: [] } } }).success).toBe(false);
    expect(schema.safeParse({ recipes: { catalogue: { filters: ['sharp'] } } }).success).toBe(false);
    expect(schema.safeParse({ limits: { maxPages: 0 } }).success).toBe(false);
  });
});

function rawPixels(bytes: Buffer): Promise<{ data: Buffer; info: OutputInfo }> {
  return sharp(bytes).toColourspace('srgb').removeAlpha().raw().toBuffer({ resolveWithObject: true });
}

/** Of samples of 0..255. */
function meanDifference(a: Buffer, b: Buffer): number {
  return a.reduce((sum, sample, index) => sum + Math.abs(sample - (b[index] ?? 0)), 0) / a.length;
}
