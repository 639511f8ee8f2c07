import { describe, expect, test } from 'vitest';
import { PermanentError } from '../../../../../core/errors.ts';
import { startDeadline } from '../../../../../core/image/deadline.ts';
import { fromPixels } from '../../../../../core/image/pixels.ts';
import { sharp } from '../../../../../core/image/sharp-setup.ts';
import { decodeStored } from '../../../../../core/image/source/decode.ts';
import { damagedPng, truncatedJpeg } from '../../../../support/fixtures/broken.ts';
import {
  BLUE,
  decode,
  distance,
  flat,
  GREEN,
  gradient,
  jobOf,
  jpegOf,
  pixelAt,
  pngOf,
  quadrants,
  RED,
  WHITE,
  YELLOW,
} from '../../../../support/fixtures/pictures.ts';

describe('kinds of pixels', () => {
  test.each([
    ['palette PNG', () => fromPixels(quadrants(40, 30)).png({ palette: true, colours: 4 }), 1],
    ['16-bit PNG', () => fromPixels(quadrants(40, 30)).toColourspace('rgb16').png(), 1],
    ['LZW TIFF', () => fromPixels(quadrants(40, 30)).tiff({ compression: 'lzw' }), 0],
    ['lossless WebP', () => fromPixels(quadrants(40, 30)).webp({ lossless: true }), 0],
    ['GIF', () => fromPixels(quadrants(40, 30)).gif(), 1],
    ['lossless AVIF', () => fromPixels(quadrants(40, 30)).avif({ lossless: true, effort: 0 }), 3],
    ['JPEG', () => fromPixels(quadrants(40, 30)).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }), 2],
  ])('%s', async (_kind, make, tolerance) => {
    const pixels = await decode(await make().toBuffer());
    expect(pixels).toMatchObject({ widthPx: 40, heightPx: 30 });
    expect(pixels.data.length).toBe(3 * 40 * 30);
    for (const [x, y, colour] of [
      [5, 5, RED],
      [34, 5, GREEN],
      [5, 24, BLUE],
      [34, 24, YELLOW],
    ] as const) {
      expect(distance(pixelAt(pixels, x, y), colour)).toBeLessThanOrEqual(tolerance);
    }
  });

  test('1-bit TIFF and PNG come out black and white', async () => {
    const stripes = quadrants(40, 30);
    const grey = () => fromPixels(stripes).greyscale().threshold(100);
    for (const bytes of [
      await grey().tiff({ bitdepth: 1 }).toBuffer(),
      await grey().png({ palette: true, colours: 2 }).toBuffer(),
    ]) {
      const pixels = await decode(bytes);
      expect(pixelAt(pixels, 34, 5)).toEqual(WHITE);
      expect(pixelAt(pixels, 5, 24)).toEqual([0, 0, 0]);
    }
  });

  test('grey comes out as three equal channels', async () => {
    const bytes = await fromPixels(gradient(40, 30)).greyscale().png().toBuffer();
    const pixels = await decode(bytes);
    const [red, green, blue] = pixelAt(pixels, 20, 20);
    expect(pixels.data.length).toBe(3 * 40 * 30);
    expect([green, blue]).toEqual([red, red]);
  });

  test('grey with alpha is laid on the background', async () => {
    const raw = Buffer.from([100, 255, 100, 0]);
    const bytes = await sharp(raw, { raw: { width: 2, height: 1, channels: 2 } })
      .png()
      .toBuffer();
    const pixels = await decode(bytes, '#102030');
    expect(pixelAt(pixels, 0, 0)).toEqual([100, 100, 100]);
    expect(pixelAt(pixels, 1, 0)).toEqual([16, 32, 48]);
  });

  test('half transparent is mixed with the background', async () => {
    const raw = Buffer.from([200, 0, 0, 128]);
    const bytes = await sharp(raw, { raw: { width: 1, height: 1, channels: 4 } })
      .png()
      .toBuffer();
    expect(distance(pixelAt(await decode(bytes, '#ffffff'), 0, 0), [227, 127, 127])).toBeLessThanOrEqual(1);
  });
});

describe('the first picture of several', () => {
  const frames = async () => Promise.all([flat(20, 10, RED), flat(20, 10, BLUE)].map(pngOf));

  test.each(['gif', 'webp', 'tiff'] as const)('%s', async (format) => {
    const joined = sharp(await frames(), { join: { animated: true } });
    const bytes = await (format === 'webp' ? joined.webp({ lossless: true }) : joined[format]()).toBuffer();
    const job = await jobOf(bytes);
    expect(job.inspection.info).toMatchObject({ pages: 2, widthPx: 20, heightPx: 10 });
    const pixels = await decodeStored(job);
    expect(pixels).toMatchObject({ widthPx: 20, heightPx: 10 });
    expect(distance(pixelAt(pixels, 10, 5), RED)).toBeLessThanOrEqual(8);
  });
});

describe('what cannot be decoded', () => {
  test.each([
    ['a truncated JPEG', truncatedJpeg],
    ['a damaged PNG', damagedPng],
  ])('%s is the fault of the file', async (_what, make) => {
    const job = await jobOf(await make());
    await expect(decodeStored(job)).rejects.toMatchObject({ code: 'CORRUPT_IMAGE' });
  });

  test('bytes behind the end of a JPEG are no fault', async () => {
    const jpeg = await jpegOf(quadrants(40, 30));
    const pixels = await decode(Buffer.concat([jpeg, Buffer.from('appended by some camera')]));
    expect(distance(pixelAt(pixels, 5, 5), RED)).toBeLessThanOrEqual(2);
  });

  test('an error of our own is not disguised as the fault of the file', async () => {
    const job = { ...(await jobOf(await pngOf(quadrants(40, 30)))), bytes: 7 as unknown as Buffer };
    const error = await decodeStored(job).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(PermanentError);
  });

  test('a loader that we do not allow is blocked in libvips too', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>');
    await expect(sharp(svg).png().toBuffer()).rejects.toThrow(/unsupported image format/);
  });
});

test('the deadline ends the work with PROCESSING_LIMIT', () => {
  const deadline = startDeadline(-1);
  expect(() => deadline.check()).toThrow(expect.objectContaining({ code: 'PROCESSING_LIMIT' }));
  expect(deadline.secondsLeft()).toBe(1);
  expect(() => startDeadline(1000).check()).not.toThrow();
  expect(startDeadline(1500).secondsLeft()).toBe(2);
  expect(startDeadline(1e9).secondsLeft()).toBe(3600);
});
