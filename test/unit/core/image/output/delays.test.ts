import { describe, expect, test } from 'vitest';
import { rotationPart } from '../../../../../core/image/parts.ts';
import { processImage, renderPart } from '../../../../../core/image/process.ts';
import { sharp } from '../../../../../core/image/sharp-setup.ts';
import { intermediateOf, LIMITS, recipeOf } from '../../../../support/fixtures/pictures.ts';

const SIDE_PX = 20;

/** An animated WebP of grey frames. Its encoder merges equal ones, and so holds delays over 65,535 ms. */
function animation(greys: readonly number[], delaysMs: readonly number[]): Promise<Buffer> {
  const frames = greys.map((grey) => Buffer.alloc(3 * SIDE_PX * SIDE_PX, grey));
  const raw = { width: SIDE_PX, height: SIDE_PX * greys.length, channels: 3, pageHeight: SIDE_PX } as const;
  return sharp(Buffer.concat(frames), { raw })
    .webp({ lossless: true, delay: [...delaysMs], loop: 3 })
    .toBuffer();
}

async function playbackOf(bytes: Buffer) {
  const { pages = 1, delay = [], loop } = await sharp(bytes, { animated: true }).metadata();
  return { pages, delay, loop, totalMs: delay.reduce((sum, each) => sum + each, 0) };
}

/** The processed animation and its rotation. */
async function outputsOf(source: Buffer, format: 'gif' | 'webp', input: object = {}) {
  const recipe = recipeOf({ resize: { ratio: 1 }, output: { format }, animated: 'keep', ...input });
  const image = await processImage(source, recipe, LIMITS);
  const rotated = await renderPart(intermediateOf(image), rotationPart(90), recipe, LIMITS);
  return Promise.all([image.processed.bytes, rotated.bytes].map(playbackOf));
}

describe.each(['gif', 'webp'] as const)('%s', (format) => {
  test('frames that become equal are merged alike in the rotation', async () => {
    const source = await animation([100, 101, 200, 201, 100], [60, 70, 80, 90, 110]);
    // Contrast 0 makes all frames one grey.
    const [processed, rotated] = await outputsOf(source, format, { enhance: { brightness: 0 } });
    expect(processed).toEqual(rotated);
    const [plain, plainRotated] = await outputsOf(source, format);
    expect(plain?.totalMs).toBe(410);
    expect(plainRotated).toEqual(plain);
  });

  test('a delay over 65,535 ms survives', async () => {
    const source = await animation([10, 10, 200], [60_000, 60_000, 50]);
    expect((await playbackOf(source)).delay).toEqual([120_000, 50]);
    for (const output of await outputsOf(source, format)) {
      expect(output).toEqual({ pages: 2, delay: [120_000, 50], loop: 3, totalMs: 120_050 });
    }
  });
});

test('a delay over 655.35 s is split in a GIF', async () => {
  const source = await animation(
    [...Array<number>(13).fill(10), 200],
    [...Array<number>(13).fill(60_000), 50],
  );
  expect((await playbackOf(source)).delay).toEqual([780_000, 50]);
  for (const { totalMs, delay } of await outputsOf(source, 'gif')) {
    expect(totalMs).toBe(780_050);
    expect(delay).toEqual([655_350, 124_650, 50]);
  }
  for (const { delay } of await outputsOf(source, 'webp')) expect(delay).toEqual([780_000, 50]);
});

test('delays of 14 ms become at least 20 ms in a GIF, since viewers slow down shorter ones', async () => {
  const greys = [10, 60, 110, 160];
  for (const { delay } of await outputsOf(await animation(greys, [14, 14, 14, 14]), 'gif')) {
    for (const each of delay) expect(each).toBeGreaterThanOrEqual(20);
  }
  for (const { delay } of await outputsOf(await animation(greys, [14, 14, 14, 14]), 'webp')) {
    expect(delay).toEqual([14, 14, 14, 14]);
  }
});

test('an animation takes as long in a GIF as before, to a hundredth of a second', async () => {
  const greys = Array.from({ length: 12 }, (_, index) => 20 * index);
  for (const { totalMs } of await outputsOf(await animation(greys, Array(12).fill(33)), 'gif')) {
    expect(totalMs).toBe(400);
  }
});
