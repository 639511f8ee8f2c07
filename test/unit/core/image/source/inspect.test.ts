import { describe, expect, test } from 'vitest';
import { PermanentError } from '../../../../../core/errors.ts';
import { fromPixels } from '../../../../../core/image/pixels.ts';
import { inspect } from '../../../../../core/image/source/inspect.ts';
import { PDF, pngBomb, pngBombHeader, SVG } from '../../../../support/fixtures/broken.ts';
import { gradient, jpegOf, LIMITS, pngOf, sample } from '../../../../support/fixtures/pictures.ts';

async function rejection(bytes: Buffer, limits = LIMITS): Promise<PermanentError> {
  const error = await inspect(bytes, limits).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof PermanentError)) throw new Error('expected a PermanentError', { cause: error });
  return error;
}

describe('imageInfo', () => {
  test('of a photo that lies on its side', async () => {
    const { info, exif, stored, profile } = await inspect(sample('astronaut-sideways.jpg'), LIMITS);
    expect(info).toEqual({
      format: 'jpeg',
      bytes: 244_332,
      widthPx: 1740,
      heightPx: 2320,
      orientation: 6,
      pages: 1,
      colourSpace: 'srgb',
      hasAlpha: false,
      hasProfile: true,
    });
    expect(stored).toEqual({ widthPx: 2320, heightPx: 1740 });
    expect(profile).toBe('srgb');
    expect(exif?.Image).toMatchObject({ Make: 'Darkroom', Artist: 'NASA', DateTime: '2024-05-01T10:20:30' });
    expect(exif?.Photo).toMatchObject({ FNumber: 4, FocalLength: 85 });
    expect(exif?.GPSInfo).toMatchObject({ GPSLatitude: [28, 34, 22], GPSLatitudeRef: 'N' });
  });

  test('of a transparent PNG', async () => {
    const { info, exif } = await inspect(sample('retina-cutout.png'), LIMITS);
    expect(info).toMatchObject({ format: 'png', widthPx: 400, heightPx: 400, hasAlpha: true });
    expect(exif).toBeNull();
  });

  test.each(['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const)(
    'of %s, recognised by content',
    async (format) => {
      const bytes = await fromPixels(gradient(40, 30))[format]().toBuffer();
      const { info } = await inspect(bytes, LIMITS);
      expect(info).toMatchObject({ format, widthPx: 40, heightPx: 30, pages: 1, bytes: bytes.length });
    },
  );
});

describe('refusals', () => {
  test('an empty file', async () => {
    expect(await rejection(Buffer.alloc(0))).toMatchObject({ code: 'EMPTY_FILE' });
  });

  test.each([
    ['an SVG drawing', SVG],
    ['a PDF document', PDF],
    ['text', Buffer.from('This is no image,\nwhatever its name says.\n')],
    ['a web page', Buffer.from('<!DOCTYPE html><title>403 Forbidden</title>')],
    ['a BMP image', Buffer.from('BM\x36\0\0\0\0\0\0\0', 'latin1')],
    ['data of an unknown kind (its first bytes are 00010203)', Buffer.from([0, 1, 2, 3])],
  ])('%s', async (what, bytes) => {
    const error = await rejection(bytes);
    expect(error.code).toBe('UNSUPPORTED_FORMAT');
    expect(error.message).toBe(
      `Expected a JPEG, PNG, WebP, GIF, TIFF or AVIF image, received ${what}. ` +
        'Export it as one of these and upload that.',
    );
  });

  test("a camera's raw file, by the mark in its header", async () => {
    const error = await rejection(Buffer.from('II*\0\x10\0\0\0CR\x02\0', 'latin1'));
    expect(error.code).toBe('UNSUPPORTED_FORMAT');
    expect(error.message).toContain("received a camera's raw file. Develop it in a raw converter");
  });

  test('samples that are neither of 8 nor of 16 bits', async () => {
    const floating = await fromPixels(gradient(8, 8))
      .tiff({ compression: 'lzw', predictor: 'float' })
      .toBuffer();
    const error = await rejection(floating);
    expect(error.code).toBe('UNSUPPORTED_FORMAT');
    expect(error.message).toContain('received a TIFF of floating-point samples');
  });

  test('a PNG bomb, whole or cut off behind its header', async () => {
    for (const bomb of [pngBomb(60_000, 60_000), pngBombHeader(60_000, 60_000)]) {
      const error = await rejection(bomb);
      expect(error.code).toBe('IMAGE_TOO_LARGE');
      expect(error.message).toContain('60000 × 60000 pixels');
      expect(error.message).toContain('at most 100.0 megapixels');
    }
  });

  test('too many bytes, pixels and pages, each at its limit', async () => {
    const jpeg = await jpegOf(gradient(40, 30));
    const gif = await fromPixels(gradient(40, 90)).gif({ loop: 0 }).toBuffer();
    await expect(inspect(jpeg, { ...LIMITS, maxBytes: jpeg.length, maxPixels: 1200 })).resolves.toBeDefined();
    expect(await rejection(jpeg, { ...LIMITS, maxBytes: jpeg.length - 1 })).toMatchObject({
      code: 'IMAGE_TOO_LARGE',
    });
    expect(await rejection(jpeg, { ...LIMITS, maxPixels: 1199 })).toMatchObject({ code: 'IMAGE_TOO_LARGE' });
    expect(await rejection(gif, { ...LIMITS, maxPages: 0 })).toMatchObject({ code: 'IMAGE_TOO_LARGE' });
  });

  test('what begins like an image and goes on as something else', async () => {
    const png = await pngOf(gradient(40, 30));
    for (const bytes of [Buffer.from([0xff, 0xd8, 0xff, 0xe0]), png.subarray(0, 20), png.subarray(0, 40)]) {
      const error = await rejection(bytes);
      expect(error.code).toBe('CORRUPT_IMAGE');
      expect(error.message).toContain('upload it again');
    }
  });
});
