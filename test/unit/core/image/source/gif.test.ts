import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { playbackOf } from '../../../../../core/image/animation.ts';
import { processImage } from '../../../../../core/image/process.ts';
import { decodeStored, openFrames } from '../../../../../core/image/source/decode.ts';
import { makeGif } from '../../../../support/fixtures/gif-fixture.ts';
import {
  BLUE,
  GREEN,
  jobOf,
  LIMITS,
  pixelAt,
  RED,
  recipeOf,
  WHITE,
} from '../../../../support/fixtures/pictures.ts';

const BACKGROUND = '#102030';
const OUTSIDE = [16, 32, 48];

/** Those that the library ignores, and one that it keeps to. */
const CANVASES = [
  [640, 480],
  [800, 600],
  [1024, 768],
  [1280, 1024],
  [1600, 1200],
  [2049, 120],
  [120, 2049],
  [100, 80],
] as const;

describe.each(CANVASES)('a canvas of %i × %i pixels', (widthPx, heightPx) => {
  const canvas = { widthPx, heightPx };
  const place = { leftPx: 30, topPx: 20, widthPx: 40, heightPx: 30 };

  test.each([undefined, 3])('counts for a still picture; transparent colour %s', async (transparent) => {
    const more = transparent === undefined ? {} : { transparent };
    const job = await jobOf(makeGif({ canvas, frames: [{ ...place, colour: 0, ...more }] }), BACKGROUND);
    expect(job.inspection.info).toMatchObject({ ...canvas, pages: 1 });
    const pixels = await decodeStored(job);
    expect(pixels).toMatchObject(canvas);
    expect(pixelAt(pixels, 30, 20)).toEqual(RED);
    expect(pixelAt(pixels, 69, 49)).toEqual(RED);
    expect(pixelAt(pixels, 29, 20)).toEqual(OUTSIDE);
    expect(pixelAt(pixels, 69, 50)).toEqual(OUTSIDE);
    expect(pixelAt(pixels, widthPx - 1, heightPx - 1)).toEqual(OUTSIDE);
  });

  test('counts for every frame of an animation', async () => {
    const frames = [0, 1, 2].map((colour) => ({ ...place, leftPx: 30 + 5 * colour, colour }));
    const gif = makeGif({ canvas, frames });
    const job = await jobOf(gif, BACKGROUND);
    expect(job.inspection.info).toMatchObject({ ...canvas, pages: 3 });
    const read = await openFrames(job);
    const roll = await read({ first: 0, count: 3 });
    expect(roll).toMatchObject({ widthPx, heightPx: 3 * heightPx });
    for (const [index, colour] of [RED, GREEN, BLUE].entries()) {
      expect(pixelAt(roll, 60, index * heightPx + 30)).toEqual(colour);
      expect(pixelAt(roll, 10, index * heightPx + 30)).toEqual(OUTSIDE);
      expect(pixelAt(roll, widthPx - 1, (index + 1) * heightPx - 1)).toEqual(OUTSIDE);
    }
    const rest = await read({ first: 1, count: 2 });
    expect(Buffer.compare(rest.data, roll.data.subarray(3 * widthPx * heightPx))).toBe(0);
    // What the second frame leaves of the first.
    expect(pixelAt(roll, 31, heightPx + 30)).toEqual(RED);
    expect((await playbackOf(gif)).frames).toBe(3);
  });
});

test('what ImageMagick trims keeps its place', async () => {
  const url = new URL('../../../../support/fixtures/foreign/trimmed.gif', import.meta.url);
  const pixels = await decodeStored(await jobOf(readFileSync(url)));
  expect(pixels).toMatchObject({ widthPx: 1024, heightPx: 768 });
  expect([pixelAt(pixels, 350, 250), pixelAt(pixels, 449, 349)]).toEqual([
    [255, 0, 0],
    [255, 0, 0],
  ]);
  expect([pixelAt(pixels, 349, 250), pixelAt(pixels, 450, 349)]).toEqual([WHITE, WHITE]);
});

describe('a GIF that is cut', () => {
  const canvas = { widthPx: 60, heightPx: 40 };
  const full = { leftPx: 0, topPx: 0, ...canvas };
  const gif = makeGif({ canvas, frames: [0, 1, 2, 3].map((colour) => ({ ...full, colour })) });
  const frameBytes = (gif.length - 13 - 12 - 19 - 1) / 4;
  const process = (bytes: Buffer, animated: 'first' | 'keep') =>
    processImage(bytes, recipeOf({ animated, output: { format: 'webp' } }), LIMITS);

  test.each([1.5, 2, 2.02, 3.9, 4])('after %d frames has lost frames', async (frames) => {
    const cut = gif.subarray(0, Math.floor(gif.length - 1 - (4 - frames) * frameBytes));
    await expect(process(cut, 'keep')).rejects.toMatchObject({
      code: 'CORRUPT_IMAGE',
      message: expect.stringContaining(
        `it ends after ${Math.floor(frames)} whole frames, without its trailer`,
      ),
    });
    const { warnings } = await decodeStored(await jobOf(cut));
    expect(warnings).toEqual(['The GIF file ends without its trailer.']);
    await expect(process(cut, 'first')).resolves.toMatchObject({ imageInfo: canvas });
  });

  test.each([0.1, 0.5, 0.9])('in its first frame, %d of it, has lost pixels', async (share) => {
    const cut = gif.subarray(0, Math.floor(gif.length - 1 - (4 - share) * frameBytes));
    for (const animated of ['first', 'keep'] as const) {
      await expect(process(cut, animated)).rejects.toMatchObject({ code: 'CORRUPT_IMAGE' });
    }
  });

  test('and whole is processed', async () => {
    await expect(process(gif, 'keep')).resolves.toMatchObject({ imageInfo: { pages: 4 } });
    const longer = Buffer.concat([gif, Buffer.from('behind the trailer')]);
    await expect(process(longer, 'keep')).resolves.toMatchObject({ imageInfo: { pages: 4 } });
  });

  test('a frame whose codes end too early has lost pixels', async () => {
    const still = makeGif({ canvas, frames: [{ ...full, colour: 1 }] });
    // The second sub-block of its codes says that it is the last.
    const firstBlockAt = still.indexOf(Buffer.from([0x2c])) + 11;
    const damaged = Buffer.from(still).fill(0, firstBlockAt + 256, firstBlockAt + 257);
    await expect(process(damaged, 'first')).rejects.toMatchObject({ code: 'CORRUPT_IMAGE' });
  });

  test('a frame that reaches beyond the canvas is whole, and the canvas grows', async () => {
    const beyond = makeGif({ canvas, frames: [{ ...full, leftPx: 20, colour: 2 }] });
    const { warnings, ...pixels } = await decodeStored(await jobOf(beyond));
    expect(warnings).toEqual([]);
    expect(pixelAt(pixels, 59, 20)).toEqual(BLUE);
  });
});
