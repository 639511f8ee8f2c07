import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PermanentError } from '../../../../core/errors.ts';
import { centredRegion, contentRegion, planResize } from '../../../../core/image/geometry.ts';
import { keptExif } from '../../../../core/image/output/kept-exif.ts';
import { fromPixels, padPixels } from '../../../../core/image/pixels.ts';
import { processImage } from '../../../../core/image/process.ts';
import { readExif } from '../../../../core/image/source/exif.ts';
import { isSrgbProfile } from '../../../../core/image/source/icc.ts';
import { describeUnknown, sniffFormat } from '../../../../core/image/source/sniff.ts';
import { makeExif } from '../../../support/fixtures/exif-fixture.ts';
import { flat, gradient, LIMITS, pixelAt, recipeOf, WHITE } from '../../../support/fixtures/pictures.ts';

const side = fc.integer({ min: 1, max: 30_000 });
const size = fc.record({ widthPx: side, heightPx: side });
const boxSide = fc.integer({ min: 1, max: 16_384 });
const fit = fc.constantFrom('contain' as const, 'cover' as const, 'inside' as const);
const resize = fc.oneof(
  fc.record({ widthPx: boxSide, heightPx: boxSide, fit }),
  fc.record({ ratio: fc.double({ min: 0.05, max: 1, noNaN: true }) }),
);

describe('the plan of a resize', () => {
  test('content lies on the canvas and has the shape of the source, to a pixel', () => {
    fc.assert(
      fc.property(size, resize, (source, input) => {
        const plan = planResize(source, recipeOf({ resize: input }).resize);
        const { content, canvas } = plan;
        const place = contentRegion(plan);
        expect(Math.min(content.widthPx, content.heightPx)).toBeGreaterThanOrEqual(1);
        expect(Math.min(place.leftPx, place.topPx)).toBeGreaterThanOrEqual(0);
        expect(place.leftPx + content.widthPx).toBeLessThanOrEqual(canvas.widthPx);
        expect(place.topPx + content.heightPx).toBeLessThanOrEqual(canvas.heightPx);
        if (plan.crop) return;
        const [long, short] =
          source.widthPx >= source.heightPx
            ? (['widthPx', 'heightPx'] as const)
            : (['heightPx', 'widthPx'] as const);
        const expected = Math.max(1, (source[short] * content[long]) / source[long]);
        expect(Math.abs(content[short] - expected)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('contain and cover fill the box, inside and ratio never enlarge', () => {
    fc.assert(
      fc.property(size, resize, (source, input) => {
        const { content, canvas } = planResize(source, recipeOf({ resize: input }).resize);
        if ('ratio' in input || input.fit === 'inside') {
          expect(content.widthPx).toBeLessThanOrEqual(source.widthPx);
          expect(content.heightPx).toBeLessThanOrEqual(source.heightPx);
        } else {
          expect(canvas).toEqual({ widthPx: input.widthPx, heightPx: input.heightPx });
          expect([content.widthPx === canvas.widthPx, content.heightPx === canvas.heightPx]).toContain(true);
        }
      }),
    );
  });

  test('the kept region lies inside the source and touches two of its sides', () => {
    fc.assert(
      fc.property(size, size, (source, shape) => {
        const region = centredRegion(source, shape);
        expect(region.leftPx + region.widthPx).toBeLessThanOrEqual(source.widthPx);
        expect(region.topPx + region.heightPx).toBeLessThanOrEqual(source.heightPx);
        expect(
          region.widthPx === source.widthPx || region.heightPx === source.heightPx,
          JSON.stringify(region),
        ).toBe(true);
      }),
    );
  });
});

test('padding shows the background outside and the content inside, and leaves its input alone', () => {
  const small = fc.integer({ min: 1, max: 12 });
  fc.assert(
    fc.property(small, small, small, small, (widthPx, heightPx, moreX, moreY) => {
      const content = gradient(widthPx, heightPx);
      const before = Uint8Array.from(content.data);
      const canvas = { widthPx: widthPx + moreX, heightPx: heightPx + moreY };
      const place = contentRegion({ content, canvas, crop: false });
      const padded = padPixels(content, canvas, place, '#ffffff');
      for (let y = 0; y < canvas.heightPx; y += 1) {
        for (let x = 0; x < canvas.widthPx; x += 1) {
          const [dx, dy] = [x - place.leftPx, y - place.topPx];
          const isInside = dx >= 0 && dx < widthPx && dy >= 0 && dy < heightPx;
          expect(pixelAt(padded, x, y)).toEqual(isInside ? pixelAt(content, dx, dy) : WHITE);
        }
      }
      expect(content.data).toEqual(before);
    }),
    { numRuns: 40 },
  );
});

describe('arbitrary bytes', () => {
  const bytes = fc.uint8Array({ maxLength: 400 }).map((data) => Buffer.from(data));

  test('are sniffed and described, never thrown at', () => {
    fc.assert(
      fc.property(bytes, (data) => {
        sniffFormat(data);
        expect(describeUnknown(data)).not.toBe('');
        expect(isSrgbProfile(data)).toBe(false);
      }),
    );
  });

  test('behind the head of an EXIF block: what is kept is readable and has no position', () => {
    const head = fc.constantFrom('II*\0\x08\0\0\0', 'MM\0*\0\0\0\x08', 'Exif\0\0II*\0\x08\0\0\0');
    fc.assert(
      fc.property(head, bytes, (start, data) => {
        const block = Buffer.concat([Buffer.from(start, 'latin1'), data]);
        readExif(block);
        const kept = keptExif({ block }, 'all');
        if (kept !== undefined) expect(readExif(kept)).not.toHaveProperty('GPSInfo');
      }),
      { numRuns: 500 },
    );
  });
});

test('whatever tags an EXIF block has, what is kept is what it was', () => {
  const tag = fc.constantFrom(0x010e, 0x010f, 0x0110, 0x0131, 0x013b, 0x8298);
  const text = fc
    .string({ minLength: 1, maxLength: 60, unit: 'grapheme-ascii' })
    .filter((value) => /^\S.*\S$/.test(value));
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(tag, text), { selector: ([first]) => first, minLength: 1 }),
      (tags) => {
        const block = makeExif({ image: tags, gps: [[1, 'N']] });
        const { GPSInfo, ...rest } = readExif(block) ?? {};
        const kept = readExif(keptExif({ block }, 'all'));
        expect(GPSInfo).toBeDefined();
        const { GPSTag, ...image } = rest.Image ?? {};
        const pointer = { ExifTag: expect.any(Number) };
        expect(kept).toEqual({ Image: { ...image, ...pointer }, Photo: { ColorSpace: 1 } });
      },
    ),
  );
});

test('a damaged image is processed or refused, and nothing else', async () => {
  const recipe = recipeOf({ resize: { widthPx: 16, heightPx: 16 } });
  const whole = await Promise.all([
    fromPixels(gradient(40, 30)).jpeg().toBuffer(),
    fromPixels(gradient(40, 30)).jpeg({ progressive: true }).toBuffer(),
    fromPixels(gradient(40, 30)).png().toBuffer(),
    fromPixels(gradient(40, 30)).webp().toBuffer(),
    fromPixels(gradient(40, 30)).gif().toBuffer(),
    fromPixels(gradient(40, 30)).tiff({ compression: 'lzw' }).toBuffer(),
    fromPixels(flat(40, 30, WHITE))
      .avif({ effort: 0 })
      .toBuffer(),
  ]);
  const damage = fc.record({
    file: fc.constantFrom(...whole),
    changes: fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), fc.nat(255)), {
      maxLength: 8,
    }),
    keep: fc.double({ min: 0.1, max: 1, noNaN: true }),
  });
  await fc.assert(
    fc.asyncProperty(damage, async ({ file, changes, keep }) => {
      const damaged = Buffer.from(file.subarray(0, Math.ceil(file.length * keep)));
      for (const [where, value] of changes) damaged[Math.floor(where * damaged.length)] = value;
      try {
        const { processed } = await processImage(damaged, recipe, { ...LIMITS, maxPixels: 1_000_000 });
        expect(processed).toMatchObject({ widthPx: 16, heightPx: 16 });
      } catch (error) {
        expect(error).toBeInstanceOf(PermanentError);
      }
    }),
    { numRuns: 250 },
  );
});
