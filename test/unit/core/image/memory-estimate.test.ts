import sharp from 'sharp';
import { expect, test } from 'vitest';
import { planResize } from '../../../../core/image/geometry.ts';
import { sharpImaging } from '../../../../core/image/imaging.ts';
import { estimateMemory, type MemoryFacts } from '../../../../core/image/memory-estimate.ts';
import { planWork } from '../../../../core/image/plan-work.ts';
import { LIMITS, recipeOf } from '../../../support/fixtures/pictures.ts';
import { UNLIMITED } from '../../../support/peak-memory.ts';

test('what takes too much memory is refused from the header, before any pixel is decoded', async () => {
  const png = await sharp({ create: { width: 4000, height: 4000, channels: 4, background: '#123' } })
    .png({ progressive: true })
    .toBuffer();
  // libpng reads on to the first pixels before it reports the size.
  const header = png.subarray(0, png.indexOf('IDAT') + 40);
  const process = (maxMemoryBytes: number) =>
    sharpImaging.process(header, recipeOf(), { ...LIMITS, maxMemoryBytes });
  await expect(process(150_000_000)).rejects.toMatchObject({
    code: 'IMAGE_TOO_LARGE',
    message: expect.stringMatching(/at most 144 MiB of memory.*would take about \d+ MiB.*raise the limit/),
  });
  // With enough memory, the missing pixels are what is wrong.
  await expect(process(1e9)).rejects.toMatchObject({ code: 'CORRUPT_IMAGE' });
});

test('a small picture that a recipe makes very large is refused', async () => {
  const dot = await sharp({ create: { width: 1, height: 1, channels: 3, background: '#123' } })
    .png()
    .toBuffer();
  const box = { widthPx: 16_384, heightPx: 16_384 };
  const work = sharpImaging.process(dot, recipeOf({ resize: box }), { ...LIMITS, maxMemoryBytes: 1e9 });
  await expect(work).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' });
});

test('the intermediate of an animation counts only where a part needs it', () => {
  const frame = { widthPx: 1000, heightPx: 1000 };
  const facts: MemoryFacts = {
    info: { format: 'gif', bytes: 500_000, pages: 195 },
    stored: frame,
    samples: {
      ...{ channels: 4, bytesPerSample: 1, bits: 8, hasAlpha: true, isProgressive: false },
      ...{ averageChannels: 4, extraBytes: 0, isWide: false },
    },
  };
  const estimate = (rotations: number[]) => {
    const output = { format: 'webp' } as const;
    const recipe = recipeOf({ resize: { ratio: 1 }, animated: 'keep', output, rotations });
    const plan = planResize(frame, recipe.resize);
    return estimateMemory(facts, { plan, recipe, isAnimated: true });
  };
  expect(estimate([])).toBeLessThan(0.75 * estimate([90]));
});

test('a rotation counts, as its canvas is larger than the picture', async () => {
  const picture = await sharp({ create: { width: 4000, height: 4000, channels: 3, background: '#123' } })
    .png()
    .toBuffer();
  const output = { format: 'avif' } as const;
  const recipe = (rotations: number[]) => recipeOf({ resize: { ratio: 1 }, output, rotations });
  const without = await planWork(picture, recipe([]), UNLIMITED);
  const rotated = await planWork(picture, recipe([45]), UNLIMITED);
  expect(rotated.memoryBytes).toBeGreaterThan(1.5 * without.memoryBytes);
});
