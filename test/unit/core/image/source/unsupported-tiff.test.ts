import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { inspect } from '../../../../../core/image/source/inspect.ts';
import { LIMITS } from '../../../../support/fixtures/pictures.ts';
import { makeTiff, type TiffSpec } from '../../../../support/fixtures/tiff-fixture.ts';

const FOREIGN = new URL('../../../../support/fixtures/foreign/', import.meta.url);
const ADVICE =
  'Save it as an RGB TIFF of 8 or 16 bits with LZW or Deflate compression, or as PNG, and upload that.';

/** Both versions in both byte orders. */
const LAYOUTS = [
  { isBig: false, littleEndian: true },
  { isBig: false, littleEndian: false },
  { isBig: true, littleEndian: true },
  { isBig: true, littleEndian: false },
] as const;

const GREY: TiffSpec = { widthPx: 20, heightPx: 12, samples: 1, sampleAt: (x, y) => 5 * x + 3 * y };

async function refusalOf(bytes: Buffer): Promise<unknown> {
  return inspect(bytes, LIMITS).catch((error: unknown) => error);
}

describe('what other software wrote', () => {
  test.each([
    ['zstd-tiles.tif', 'a TIFF compressed with Zstandard'],
    ['zstd-strips.tif', 'a TIFF compressed with Zstandard'],
    ['lzma-tiles.tif', 'a TIFF compressed with LZMA'],
    ['lerc-tiles.tif', 'a TIFF compressed with LERC'],
    ['jpegxl-tiles.tif', 'a TIFF compressed with JPEG XL'],
    ['jpeg2000-tiles.tif', 'a TIFF compressed with JPEG 2000'],
    ['jpegxr-tiles.tif', 'a TIFF compressed with JPEG XR'],
    ['png-tiles.tif', 'a TIFF compressed with PNG'],
    ['cielab16.tif', 'a TIFF with CIE L*a*b* colours'],
    ['icclab.tif', 'a TIFF with ICC L*a*b* colours'],
    ['cfa.tif', "a TIFF of a sensor's raw samples (CFA)"],
    ['ycbcr-big.tif', 'a TIFF in YCbCr that is not packed as JPEG'],
    ['floating.tif', 'a TIFF of floating-point samples'],
  ])('%s is %s', async (file, what) => {
    expect(await refusalOf(readFileSync(new URL(file, FOREIGN)))).toMatchObject({
      code: 'UNSUPPORTED_FORMAT',
      message: `Expected a JPEG, PNG, WebP, GIF, TIFF or AVIF image, received ${what}. ${ADVICE}`,
    });
  });
});

describe.each(LAYOUTS)('BigTIFF $isBig, little-endian $littleEndian', (layout) => {
  const rgb: TiffSpec = { ...GREY, ...layout, samples: 3 };

  test.each([
    ['a TIFF compressed with an unknown method (4711)', { ...GREY, tags: { 259: [4711] } }],
    ['a TIFF in YCbCr that is not packed as JPEG', { ...rgb, photometric: 6 }],
    ['a TIFF with colours of an unknown kind (77)', { ...rgb, photometric: 77 }],
    ['a TIFF with ITU L*a*b* colours', { ...rgb, photometric: 10 }],
    ['a TIFF with inks other than CMYK', { ...rgb, samples: 4, photometric: 5, tags: { 332: [2] } }],
    ['a TIFF of signed samples', { ...rgb, tags: { 339: [2, 2, 2] } }],
    ['a TIFF of 12-bit samples', { ...rgb, tags: { 258: [12, 12, 12] } }],
    ['a TIFF of 4-bit samples', { ...rgb, tags: { 258: [4, 4, 4] } }],
    ['a TIFF whose samples differ in depth (5, 6, 5 bits)', { ...rgb, tags: { 258: [5, 6, 5] } }],
    ['a TIFF of 2 samples per pixel', { ...rgb, samples: 2, photometric: 2 }],
    ['a TIFF that holds no more than a thumbnail of its picture', { ...rgb, tags: { 254: [1] } }],
    ["a camera's raw file", { ...rgb, tags: { 50706: [1] } }],
  ] as const)('%s', async (what, spec) => {
    const error = await refusalOf(makeTiff({ ...spec, ...layout }));
    expect(error).toMatchObject({
      code: 'UNSUPPORTED_FORMAT',
      message: expect.stringContaining(`received ${what}.`),
    });
  });

  test("a camera's raw file is recognised by the sensor's samples in a sub-directory", async () => {
    const preview = { ...rgb, tags: { 254: [1] } };
    const sensor = { ...GREY, ...layout, photometric: 32_803 };
    const secondAt = makeTiff(preview).length;
    // The entry for the sub-directory makes the first page longer by one, and moves the second.
    const entryBytes = layout.isBig ? 20 : 12;
    const bytes = makeTiff({ ...preview, tags: { 254: [1], 330: [secondAt + entryBytes] } }, sensor);
    expect(await refusalOf(bytes)).toMatchObject({
      code: 'UNSUPPORTED_FORMAT',
      message: expect.stringContaining("received a camera's raw file. Develop it in a raw converter"),
    });
  });
});
