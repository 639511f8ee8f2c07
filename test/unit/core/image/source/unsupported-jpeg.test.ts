import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inspect } from '../../../../../core/image/source/inspect.ts';
import { makeJpeg } from '../../../../support/fixtures/jpeg-fixture.ts';
import { decode, distance, LIMITS, pixelAt } from '../../../../support/fixtures/pictures.ts';

function foreign(name: string): Buffer {
  return readFileSync(new URL(`../../../../support/fixtures/foreign/${name}`, import.meta.url));
}

const size = { widthPx: 40, heightPx: 24 };

test.each([
  ['a JPEG of 12 bits', foreign('bits12.jpg')],
  ['a JPEG of 16 bits', foreign('bits16.jpg')],
  ['a JPEG-LS image', foreign('jpeg-ls.jpg')],
  ['a JPEG of 2 components', makeJpeg({ ...size, components: 2 })],
  ['a JPEG of 5 components', makeJpeg({ ...size, components: 5 })],
  [
    'a hierarchical JPEG or a lossless one in arithmetic codes',
    makeJpeg({ ...size, components: 1, frame: 0xc5 }),
  ],
])('%s is not supported', async (what, bytes) => {
  const error = await inspect(bytes, LIMITS).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: 'UNSUPPORTED_FORMAT',
    message:
      `Expected a JPEG, PNG, WebP, GIF, TIFF or AVIF image, received ${what}. Save it as a JPEG of 8 bits in grey, ` +
      'RGB or CMYK, or as PNG, which holds 16 bits, and upload that.',
  });
});

test.each([1, 3, 4])('%i components are', async (components) => {
  expect(await decode(makeJpeg({ ...size, components }))).toMatchObject(size);
});

test.each(['arithmetic.jpg', 'lossless.jpg'])('%s is read', async (name) => {
  const pixels = await decode(foreign(name));
  // 1.6 × 20, 2 × 3 and 0.9 × 23, with noise of up to 40 levels.
  expect(distance(pixelAt(pixels, 20, 3), [52, 26, 41])).toBeLessThanOrEqual(24);
});
