import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PermanentError } from '../../../../../core/errors.ts';
import { processImage } from '../../../../../core/image/process.ts';
import { makeJpeg } from '../../../../support/fixtures/jpeg-fixture.ts';
import { LIMITS, recipeOf } from '../../../../support/fixtures/pictures.ts';
import { makePng } from '../../../../support/fixtures/png-fixture.ts';
import { makeTiff } from '../../../../support/fixtures/tiff-fixture.ts';

const side = fc.integer({ min: 1, max: 40 });
const size = fc.record({ widthPx: side, heightPx: side });

const jpeg = fc
  .record({
    size,
    components: fc.integer({ min: 0, max: 6 }),
    bits: fc.constantFrom(8, 8, 8, 1, 4, 10, 12, 16, 0, 255),
    frame: fc.constantFrom(0xc0, 0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc9, 0xca, 0xcb, 0xcf, 0xf7),
  })
  .map(({ size: { widthPx, heightPx }, ...rest }) => makeJpeg({ widthPx, heightPx, ...rest }));

const tiff = fc
  .record({
    size,
    samples: fc.integer({ min: 1, max: 7 }),
    bits: fc.constantFrom(8 as const, 16 as const),
    statedBits: fc.option(fc.constantFrom(1, 2, 4, 5, 10, 12, 14, 24, 32, 64), { freq: 2 }),
    photometric: fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 32_803, 32_844, 34_892, 99),
    extraSamples: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 4 }),
    sampleFormat: fc.constantFrom(1, 1, 1, 2, 3, 4, 5, 6),
    compression: fc.constantFrom('none' as const, 'deflate' as const),
    isPlanar: fc.boolean(),
    isBig: fc.boolean(),
    littleEndian: fc.boolean(),
    tilePx: fc.constantFrom(undefined, 16),
  })
  .map(({ size: { widthPx, heightPx }, tilePx, extraSamples, statedBits, sampleFormat, ...rest }) =>
    makeTiff({
      widthPx,
      heightPx,
      ...rest,
      ...(tilePx === undefined ? {} : { tilePx }),
      ...(extraSamples.length === 0 ? {} : { extraSamples }),
      sampleAt: (x, y, sample) => (3 * x + 5 * y + 40 * sample) % 256,
      tags: {
        339: Array<number>(rest.samples).fill(sampleFormat),
        ...(statedBits === null ? {} : { 258: Array<number>(rest.samples).fill(statedBits) }),
      },
    }),
  );

const png = fc
  .record({
    size,
    bits: fc.constantFrom(1, 2, 4, 8, 16, 3, 32, 0),
    colourType: fc.constantFrom(0, 2, 3, 4, 6, 1, 5, 7, 255),
    isInterlaced: fc.boolean(),
  })
  .map(({ size: { widthPx, heightPx }, ...rest }) => makePng({ widthPx, heightPx, ...rest }));

const recipe = fc
  .constantFrom(
    {},
    { measure: { detail: false } },
    { resize: { widthPx: 16, heightPx: 16, fit: 'cover' as const } },
  )
  .map(recipeOf);

test('whatever bands, depth, colours and format: processed or refused, never a fault of ours', async () => {
  const ends: Record<string, number> = {};
  await fc.assert(
    fc.asyncProperty(fc.oneof(jpeg, tiff, png), recipe, async (bytes, made) => {
      const end = await processImage(bytes, made, LIMITS).then(
        () => 'COMPLETE',
        (error: unknown) => {
          if (error instanceof PermanentError) return error.code;
          throw error;
        },
      );
      ends[end] = (ends[end] ?? 0) + 1;
    }),
    { numRuns: 400 },
  );
  // Inputs that all ended alike would try nothing.
  expect(ends.COMPLETE).toBeGreaterThan(25);
  expect(ends.UNSUPPORTED_FORMAT).toBeGreaterThan(25);
});
