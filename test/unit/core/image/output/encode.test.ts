import { describe, expect, test } from 'vitest';
import { encodeIntermediate } from '../../../../../core/image/intermediate.ts';
import { measure } from '../../../../../core/image/measure/quality.ts';
import {
  checkEncodable,
  decodeOutput,
  encodePixels,
  fixedEncoding,
} from '../../../../../core/image/output/encode.ts';
import { sharp } from '../../../../../core/image/sharp-setup.ts';
import type { Encoding } from '../../../../../core/image/types.ts';
import type { OutputFormat } from '../../../../../core/recipe.ts';
import {
  decode,
  draw,
  flat,
  gradient,
  meanDifference,
  sample,
} from '../../../../support/fixtures/pictures.ts';

const FORMATS = ['jpeg', 'png', 'webp', 'avif'] as const;
function encodingOf({ format, quality = 90 }: { format: OutputFormat; quality?: number }): Encoding {
  return { format, quality, mozjpeg: false };
}

const WHOLE = { leftPx: 0, topPx: 0, widthPx: 451, heightPx: 300 };

describe.each(FORMATS)('%s', (format) => {
  test('is what it says, and near to the pixels at quality 90', async () => {
    const photo = await decode(sample('chelsea.jpg'));
    const image = await encodePixels(photo, encodingOf({ format }));
    expect(image).toMatchObject({ format, widthPx: 451, heightPx: 300 });
    const metadata = await sharp(image.bytes).metadata();
    expect(metadata.format).toBe(format === 'avif' ? 'heif' : format);
    const { ssim } = await measure(photo, await decodeOutput(image.bytes, WHOLE));
    expect(ssim).toBeGreaterThan(0.97);
  });

  test('carries no metadata', async () => {
    const image = await encodePixels(gradient(64, 48), encodingOf({ format }));
    const { exif, icc, xmp, iptc, orientation } = await sharp(image.bytes).metadata();
    expect([exif, icc, xmp, iptc, orientation]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('the colours of a JPEG', () => {
  // Red on a blue of the same grey, in strokes of one and two pixels.
  const strokes = draw(96, 64, (x, y) => (x % 5 < 2 || y % 7 < 1 ? [200, 0, 0] : [0, 52, 255]));
  const written = async (quality: number) => {
    const { bytes } = await encodePixels(strokes, fixedEncoding({ format: 'jpeg', quality }));
    const { chromaSubsampling } = await sharp(bytes).metadata();
    const { psnrDb } = await measure(strokes, await decodeOutput(bytes, { leftPx: 0, topPx: 0, ...strokes }));
    return { chromaSubsampling, psnrDb: psnrDb ?? Number.NaN };
  };

  test('are kept for each pixel from quality 90 on', async () => {
    for (const quality of [90, 95, 100]) {
      const { chromaSubsampling, psnrDb } = await written(quality);
      expect(chromaSubsampling).toBe('4:4:4');
      expect(psnrDb).toBeGreaterThan(30);
    }
  });

  test('are shared by four pixels below', async () => {
    expect((await written(89)).chromaSubsampling).toBe('4:2:0');
  });
});

test.each(['jpeg', 'webp', 'avif'] as const)('%s: a lower quality is smaller', async (format) => {
  const photo = await decode(sample('chelsea.jpg'));
  const [low, high] = await Promise.all(
    [40, 90].map((quality) => encodePixels(photo, encodingOf({ format, quality }))),
  );
  expect(low?.bytes.length).toBeLessThan(0.6 * (high?.bytes.length ?? 0));
});

test('PNG and the intermediate lose nothing', async () => {
  const photo = await decode(sample('chelsea.jpg'));
  const png = await encodePixels(photo, encodingOf({ format: 'png' }));
  for (const bytes of [png.bytes, await encodeIntermediate(photo)]) {
    expect(meanDifference(await decodeOutput(bytes, WHOLE), photo)).toBe(0);
  }
});

test('a part of an output is decoded alone', async () => {
  const { bytes } = await encodePixels(gradient(64, 48), encodingOf({ format: 'png' }));
  const part = await decodeOutput(bytes, { leftPx: 10, topPx: 5, widthPx: 20, heightPx: 15 });
  expect(part).toMatchObject({ widthPx: 20, heightPx: 15 });
  expect([...part.data.subarray(0, 3)]).toEqual([
    Math.round((255 * 10) / 64),
    Math.round((255 * 5) / 48),
    128,
  ]);
});

test('a picture that the format cannot hold is refused, one at the limit is not', async () => {
  const tooWide = { widthPx: 16_384, heightPx: 1 };
  expect(() => checkEncodable(tooWide, 'webp')).toThrow(expect.objectContaining({ code: 'IMAGE_TOO_LARGE' }));
  expect(() => checkEncodable({ widthPx: 1, heightPx: 16_384 }, 'webp')).toThrow(
    /at most 16383 pixels a side/,
  );
  for (const format of ['jpeg', 'png', 'avif'] as const)
    expect(() => checkEncodable(tooWide, format)).not.toThrow();
  const widest = flat(16_383, 1, [1, 2, 3]);
  const image = await encodePixels(widest, encodingOf({ format: 'webp' }));
  expect(image.widthPx).toBe(16_383);
});
