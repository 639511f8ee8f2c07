import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { decodeStored } from '../../../../../core/image/source/decode.ts';
import { type Colour, decode, distance, jobOf, pixelAt } from '../../../../support/fixtures/pictures.ts';
import { makeTiff, type TiffSpec } from '../../../../support/fixtures/tiff-fixture.ts';

const WIDTH = 40;
const HEIGHT = 23;

/** What each sample is at a place, from 0 to 1: three colours, then other channels. */
function shareAt(x: number, y: number, sample: number): number {
  const shares = [x / WIDTH, y / HEIGHT, (x + y) / (WIDTH + HEIGHT), 0.25, 0.75, 0.5];
  return shares[sample] ?? 0;
}

function specOf(samples: number, bits: 8 | 16, more: Partial<TiffSpec>): TiffSpec {
  const most = 2 ** bits - 1;
  return {
    widthPx: WIDTH,
    heightPx: HEIGHT,
    samples,
    bits,
    sampleAt: (x, y, sample) => Math.round(most * shareAt(x, y, sample)),
    ...more,
  };
}

/** The colour over white, by the formula of the specification. */
function expectedAt(x: number, y: number, colours: number, extras: readonly number[]): Colour {
  const alphaIndex = extras.findIndex((kind) => kind !== 0);
  const alpha = alphaIndex < 0 ? 1 : shareAt(x, y, colours + alphaIndex);
  const isPremultiplied = extras[alphaIndex] === 1;
  const channels = [0, 1, 2].map((channel) => {
    const stored = shareAt(x, y, colours === 1 ? 0 : channel);
    const visible = isPremultiplied ? Math.min(stored, alpha) : stored * alpha;
    return 255 * (visible + 1 - alpha);
  });
  return channels as unknown as Colour;
}

const layout = fc.record({
  littleEndian: fc.boolean(),
  isBig: fc.boolean(),
  isPlanar: fc.boolean(),
  compression: fc.constantFrom('none' as const, 'deflate' as const),
  tilePx: fc.constantFrom(undefined, 16, 32),
});
const channels = fc.record({
  colours: fc.constantFrom(1, 3),
  bits: fc.constantFrom(8 as const, 16 as const),
  extras: fc.array(fc.constantFrom(0, 1, 2), { maxLength: 3 }),
});

test('every layout and every set of extra channels: the first alpha counts, the rest is dropped', async () => {
  await fc.assert(
    fc.asyncProperty(layout, channels, async ({ tilePx, ...stored }, { colours, bits, extras }) => {
      const spec = specOf(colours + extras.length, bits, {
        ...stored,
        ...(tilePx === undefined ? {} : { tilePx }),
        ...(extras.length === 0 ? {} : { extraSamples: extras }),
        photometric: colours === 1 ? 1 : 2,
      });
      const pixels = await decode(makeTiff(spec));
      expect(pixels).toMatchObject({ widthPx: WIDTH, heightPx: HEIGHT });
      for (const [x, y] of [
        [0, 0],
        [17, 9],
        [39, 22],
        [31, 20],
      ] as const) {
        const expected = expectedAt(x, y, colours, extras);
        // Premultiplied colours pass through unmultiplied ones of 8 bits, at a quarter of the range.
        expect(distance(pixelAt(pixels, x, y), expected)).toBeLessThanOrEqual(extras.includes(1) ? 2 : 1.5);
      }
    }),
    { numRuns: 120 },
  );
});

test.each([[[2, 0]], [[0, 1]], [[0, 0]]])(
  'CMYK with extra channels %j is CMYK with its first alpha',
  async (extras) => {
    const inks = (more: Partial<TiffSpec>) => decode(makeTiff(specOf(4, 8, { photometric: 5, ...more })));
    const plain = await inks({});
    for (const bits of [8, 16] as const) {
      for (const isPlanar of [false, true]) {
        const most = 2 ** bits - 1;
        const alphaAt = extras.findIndex((kind) => kind !== 0);
        const isPremultiplied = extras[alphaAt] === 1;
        const sampleAt = (x: number, y: number, sample: number) => {
          const share = sample < 4 ? shareAt(x, y, sample) : 0.75;
          return Math.round(most * (isPremultiplied && sample < 4 ? 0.75 * share : share));
        };
        const pixels = await inks({ samples: 6, bits, isPlanar, extraSamples: extras, sampleAt });
        const alpha = alphaAt < 0 ? 1 : 0.75;
        const expected = pixelAt(plain, 17, 9).map((level) => level * alpha + 255 * (1 - alpha));
        expect(distance(pixelAt(pixels, 17, 9), expected as unknown as Colour)).toBeLessThanOrEqual(2);
      }
    }
  },
);

test('two extra channels that another program wrote', async () => {
  const url = new URL('../../../../support/fixtures/foreign/two-extra-channels.tif', import.meta.url);
  const job = await jobOf(readFileSync(url));
  expect(job.inspection.info).toMatchObject({
    widthPx: 32,
    heightPx: 24,
    hasAlpha: true,
    colourSpace: 'srgb',
  });
  const pixels = await decode(job.bytes, '#000000');
  expect(distance(pixelAt(pixels, 20, 10), [80, 50, 60])).toBeLessThanOrEqual(1);
});

describe.each([false, true])('pages, BigTIFF %s', (isBig) => {
  const page = (level: number, tags: TiffSpec['tags'] = {}, sidePx = 20): TiffSpec => ({
    widthPx: sidePx,
    heightPx: sidePx,
    samples: 3,
    sampleAt: () => level,
    isBig,
    tags,
  });

  test('a picture behind its thumbnail is the picture', async () => {
    const job = await jobOf(makeTiff(page(10, { 254: [1] }, 8), page(200)));
    expect(job.inspection.info).toMatchObject({ widthPx: 20, heightPx: 20 });
    expect(pixelAt(await decode(job.bytes), 5, 5)).toEqual([200, 200, 200]);
  });

  test('the first of several pages is the picture, with reduced versions behind it', async () => {
    const job = await jobOf(makeTiff(page(200), page(10, { 254: [1] }, 8)));
    expect(job.inspection.info).toMatchObject({ widthPx: 20, heightPx: 20, pages: 2 });
    expect(pixelAt(await decode(job.bytes), 5, 5)).toEqual([200, 200, 200]);
  });
});

test('odd tags are warned of, and cost no pixel', async () => {
  const spec = specOf(3, 8, { tags: { 297: [1], 258: [8, 8, 8, 1] } });
  const { warnings, ...pixels } = await decodeStored(await jobOf(makeTiff(spec)));
  expect(warnings).toEqual([expect.stringContaining('The decoder warned: ')]);
  expect(distance(pixelAt(pixels, 17, 9), expectedAt(17, 9, 3, []))).toBeLessThanOrEqual(1);
});

describe('tiles and strips that are cut, in every version and byte order', () => {
  const stored = fc.record({
    littleEndian: fc.boolean(),
    isBig: fc.boolean(),
    isPlanar: fc.boolean(),
    compression: fc.constantFrom('none' as const, 'deflate' as const),
    tilePx: fc.constantFrom(undefined, 16),
  });

  test('cut anywhere in the pixels', async () => {
    await fc.assert(
      fc.asyncProperty(
        stored,
        fc.double({ min: 0.5, max: 0.98, noNaN: true }),
        async ({ tilePx, ...more }, share) => {
          const whole = makeTiff(specOf(3, 8, { ...more, ...(tilePx === undefined ? {} : { tilePx }) }));
          const cut = whole.subarray(0, Math.floor(share * whole.length));
          await expect(decode(cut)).rejects.toMatchObject({ code: 'CORRUPT_IMAGE' });
        },
      ),
      { numRuns: 60 },
    );
  });

  test('overwritten in the middle', async () => {
    await fc.assert(
      fc.asyncProperty(stored, async ({ tilePx, ...more }) => {
        const spec = specOf(3, 8, {
          ...more,
          compression: 'deflate',
          ...(tilePx === undefined ? {} : { tilePx }),
        });
        const tiff = makeTiff(spec);
        tiff.fill(0xa5, tiff.length - 300, tiff.length - 200);
        await expect(decode(tiff)).rejects.toMatchObject({ code: 'CORRUPT_IMAGE' });
      }),
      { numRuns: 30 },
    );
  });

  test('with fewer tiles than the size takes', async () => {
    const tiff = makeTiff(specOf(3, 8, { tilePx: 16, tags: { 257: [400] } }));
    await expect(decode(tiff)).rejects.toMatchObject({
      code: 'CORRUPT_IMAGE',
      message: expect.stringContaining('it has 6 of 75 tiles'),
    });
  });
});

// libtiff: "Missing required \"Colormap\" tag"; Pillow does not identify such a file. The fuzzer's oracle found it.
test.each([
  ['no palette', 1, {}],
  ['no palette and two more samples', 3, {}],
  ['a palette of two colours', 1, { 320: [0, 65_535, 0, 65_535, 0, 65_535] }],
])('numbers of colours with %s are damaged, and no greys', async (_, samples, tags) => {
  const bytes = makeTiff(specOf(samples, 8, { photometric: 3, tags }));
  await expect(decode(bytes)).rejects.toMatchObject({
    code: 'CORRUPT_IMAGE',
    message: expect.stringMatching(/its palette has \d of 256 colours/),
  });
});

describe('entries with the same tag', () => {
  // libtiff, which decodes the pixels, takes the first and warns about the others.
  it.each([256, 257, 258, 262, 277, 278])('the first of tag %i counts', async (tag) => {
    const spec = specOf(4, 8, { photometric: 2, extraSamples: [2] });
    expect(await decode(makeTiff({ ...spec, repeatedTags: { [tag]: [1] } }))).toEqual({
      ...(await decode(makeTiff(spec))),
      warnings: [expect.stringContaining('tags are not sorted')],
    });
  });
});
