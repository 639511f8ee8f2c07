import { describe, expect, test } from 'vitest';
import { sharpImaging } from '../../../../core/image/imaging.ts';
import { rotationPart } from '../../../../core/image/parts.ts';
import { recipeBook } from '../../../../core/recipe.ts';
import { damagedPng, PDF, pngBomb, SVG, truncatedJpeg } from '../../../support/fixtures/broken.ts';
import {
  decode,
  distance,
  draw,
  flat,
  gradient,
  intermediateOf,
  jpegOf,
  LIMITS,
  pixelAt,
  pngOf,
  quadrants,
  RED,
  recipeOf,
  sample,
  WHITE,
} from '../../../support/fixtures/pictures.ts';

const augment = recipeBook().get('augment');
if (augment === undefined) throw new Error('expected the recipe augment');

describe('a 4-megapixel photo that is stored on its side', () => {
  test('comes out upright on a white 256 × 256 canvas, with rotations clockwise', async () => {
    const image = await sharpImaging.process(sample('astronaut-sideways.jpg'), augment, LIMITS);
    const { processed, imageInfo } = image;
    const intermediate = intermediateOf(image);
    expect(imageInfo.widthPx * imageInfo.heightPx).toBeGreaterThan(4_000_000);
    expect(processed).toMatchObject({ format: 'jpeg', widthPx: 256, heightPx: 256 });
    const upright = await decode(processed.bytes);
    // The content is 192 wide: 32 pixels of white at either side, up to what JPEG makes of the edge.
    for (const x of [0, 20, 235, 255]) expect(pixelAt(upright, x, 128)).toEqual(WHITE);
    // The orange suit is below, the grey backdrop above, the dark helmet below on the right.
    expect(distance(pixelAt(upright, 70, 165), [235, 85, 45])).toBeLessThan(60);
    expect(Math.max(...pixelAt(upright, 175, 215))).toBeLessThan(70);
    for (const [degrees, x, y] of [
      [90, 255 - 165, 70],
      [180, 255 - 70, 255 - 165],
      [270, 165, 255 - 70],
    ] as const) {
      const rotated = await decode(
        (await sharpImaging.render(intermediate, rotationPart(degrees), augment, LIMITS)).bytes,
      );
      expect(distance(pixelAt(rotated, x, y), pixelAt(upright, 70, 165))).toBeLessThan(12);
    }
  });
});

test('a transparent PNG is white where it was transparent, with and without `detail`', async () => {
  for (const detail of [true, false]) {
    const recipe = recipeOf({ ...augment, measure: { detail } });
    const { processed } = await sharpImaging.process(sample('retina-cutout.png'), recipe, LIMITS);
    const pixels = await decode(processed.bytes);
    for (const [x, y] of [
      [2, 2],
      [253, 2],
      [2, 253],
      [253, 253],
    ] as const) {
      expect(distance(pixelAt(pixels, x, y), WHITE)).toBeLessThanOrEqual(2);
    }
    const [red, , blue] = pixelAt(pixels, 128, 60);
    expect(red).toBeGreaterThan(blue + 60);
  }
});

test('cover keeps the middle', async () => {
  const recipe = recipeOf({
    resize: { widthPx: 50, heightPx: 50, fit: 'cover' },
    output: { format: 'png' },
  });
  const { processed } = await sharpImaging.process(await pngOf(gradient(400, 100)), recipe, LIMITS);
  const pixels = await decode(processed.bytes);
  const [left, right] = [pixelAt(pixels, 0, 25)[0], pixelAt(pixels, 49, 25)[0]];
  // The middle 100 of 400 columns: 3/8 to 5/8 of 255.
  expect(Math.abs(left - 96)).toBeLessThan(3);
  expect(Math.abs(right - 159)).toBeLessThan(3);
});

describe('the three comparisons', () => {
  test('say which step lost what', async () => {
    const { quality } = await sharpImaging.process(sample('coffee.jpg'), augment, LIMITS);
    expect(quality.encode.ssim).toBeGreaterThan(0.95);
    expect(quality.detail?.ssim).toBeGreaterThan(0.6);
    expect(quality.detail?.ssim).toBeLessThan(quality.encode.ssim ?? 0);
    expect(quality.enhance.identical).toBe(false);
    expect(quality.enhance.ssim).toBeGreaterThan(0.9);
  });

  test('leave padding out: more of it changes nothing', async () => {
    const measured = await Promise.all(
      [
        { widthPx: 120, heightPx: 80, fit: 'inside' as const },
        { widthPx: 120, heightPx: 800 },
      ].map((resize) =>
        sharpImaging.process(sample('coffee.jpg'), recipeOf({ resize, output: { format: 'jpeg' } }), LIMITS),
      ),
    );
    const [bare, padded] = measured.map(({ quality }) => quality);
    expect(padded?.detail).toEqual(bare?.detail);
    expect(padded?.encode.ssim).toBeCloseTo(bare?.encode.ssim ?? 0, 2);
    expect(padded?.encode.psnrDb).toBeCloseTo(bare?.encode.psnrDb ?? 0, 0);
  });

  test('are 1 and identical where nothing is lost', async () => {
    const recipe = recipeOf({ resize: { ratio: 1 }, output: { format: 'png' } });
    const { quality } = await sharpImaging.process(await pngOf(quadrants(60, 40)), recipe, LIMITS);
    const same = { ssim: 1, psnrDb: null, identical: true };
    expect(quality).toEqual({ encode: { ...same, ssimulacra2: 100 }, detail: same, enhance: same });
  });

  test('have no SSIM under 7 pixels', async () => {
    const recipe = recipeOf({ resize: { ratio: 1 }, output: { format: 'png' } });
    const { quality } = await sharpImaging.process(await pngOf(quadrants(60, 6)), recipe, LIMITS);
    const same = { ssim: null, psnrDb: null, identical: true };
    expect(quality).toEqual({ encode: { ...same, ssimulacra2: 100 }, detail: same, enhance: same });
  });

  test('score colours that SSIM does not see', async () => {
    // Red on a blue of the same grey.
    const stripes = draw(120, 80, (x) => (x % 8 < 4 ? [200, 0, 0] : [0, 52, 255]));
    const recipe = recipeOf({ resize: { ratio: 1 }, output: { format: 'jpeg', quality: 30 } });
    const { encode } = (await sharpImaging.process(await pngOf(stripes), recipe, LIMITS)).quality;
    expect(encode.ssim).toBeGreaterThan(0.9);
    expect(encode.ssimulacra2).toBeLessThan(50);
  });

  test('have a score of up to 4 megapixels', async () => {
    const recipe = recipeOf({ resize: { ratio: 1 }, rotations: [], output: { format: 'jpeg' } });
    const scores = [40_000, 40_001].map(async (widthPx) => {
      const image = await sharpImaging.process(await pngOf(flat(widthPx, 100, RED)), recipe, LIMITS);
      return image.quality.encode.ssimulacra2;
    });
    expect(await Promise.all(scores)).toEqual([expect.any(Number), null]);
  });

  test('lack `detail` where the recipe says so', async () => {
    const recipe = recipeOf({ measure: { detail: false } });
    const { quality, timingsMs } = await sharpImaging.process(sample('coffee.jpg'), recipe, LIMITS);
    expect(quality.detail).toBeNull();
    expect(timingsMs).not.toHaveProperty('measureDetail');
  });

  test('compare only the region that `cover` keeps', async () => {
    // Noise at the sides that a square crop cuts off; in the middle nothing that could be lost.
    const wide = quadrants(300, 100);
    for (let index = 0; index < wide.data.length; index += 1) {
      const x = Math.floor(index / 3) % 300;
      wide.data[index] = x < 95 || x > 205 ? (index * 7919) % 256 : 90;
    }
    const recipe = recipeOf({ resize: { widthPx: 20, heightPx: 20, fit: 'cover' } });
    const { quality, processed } = await sharpImaging.process(await pngOf(wide), recipe, LIMITS);
    expect(processed).toMatchObject({ widthPx: 20, heightPx: 20 });
    expect(quality.detail).toEqual({ ssim: 1, psnrDb: null, identical: true });
  });
});

test('filters and factors change the picture, in the order of the recipe', async () => {
  const recipe = recipeOf({
    resize: { ratio: 1 },
    enhance: { brightness: 0.5 },
    filters: ['grayscale'],
    output: { format: 'png' },
  });
  const { processed } = await sharpImaging.process(await pngOf(flat(20, 20, RED)), recipe, LIMITS);
  const [red, green, blue] = pixelAt(await decode(processed.bytes), 10, 10);
  expect([green, blue]).toEqual([red, red]);
  expect(red).toBeCloseTo(0.5 * (0.299 * 230 + 0.587 * 30 + 0.114 * 40), -0.5);
});

test('a rotation is encoded with loss once, so its quality is that of the processed picture', async () => {
  const image = await sharpImaging.process(sample('coffee.jpg'), augment, LIMITS);
  const { processed, quality } = image;
  const intermediate = intermediateOf(image);
  const lossless = await decode(intermediate);
  const half = await decode(
    (await sharpImaging.render(intermediate, rotationPart(180), augment, LIMITS)).bytes,
  );
  const upright = await decode(processed.bytes);
  const error = (a: number, b: number) => (a - b) ** 2;
  const last = lossless.data.length / 3 - 1;
  let [rotatedSum, uprightSum] = [0, 0];
  for (let index = 0; index < lossless.data.length; index += 1) {
    const mirrored = 3 * (last - Math.floor(index / 3)) + (index % 3);
    rotatedSum += error(lossless.data[index] ?? 0, half.data[mirrored] ?? 0);
    uprightSum += error(lossless.data[index] ?? 0, upright.data[index] ?? 0);
  }
  expect(rotatedSum / uprightSum).toBeCloseTo(1, 1);
  expect(quality.encode.identical).toBe(false);
});

test('an intermediate is made only where a rotation needs one', async () => {
  for (const [rotations, isMade] of [
    [[90, 360], true],
    [[360], false],
    [[], false],
  ] as const) {
    for (const keep of ['none', 'all'] as const) {
      const recipe = recipeOf({ rotations: [...rotations], metadata: { keep } });
      const { intermediate } = await sharpImaging.process(sample('astronaut-sideways.jpg'), recipe, LIMITS);
      expect(intermediate !== null).toBe(isMade);
    }
  }
});

test('steps are timed, and their sum is at most the total', async () => {
  const { timingsMs } = await sharpImaging.process(sample('chelsea.jpg'), augment, LIMITS);
  const { total = 0, ...steps } = timingsMs;
  expect(Object.keys(steps)).toEqual([
    'inspect',
    'decode',
    'resize',
    'measureDetail',
    'enhance',
    'measureEnhance',
    'encode',
    'measureEncode',
    'encodeIntermediate',
  ]);
  const sum = Object.values(steps).reduce((all, step) => all + step, 0);
  expect(sum).toBeLessThanOrEqual(total + 1);
});

test('a JPEG that lacks only its end marker is processed, with a warning', async () => {
  const whole = sample('coffee.jpg');
  const image = await sharpImaging.process(whole.subarray(0, -2), augment, LIMITS);
  const sound = await sharpImaging.process(whole, augment, LIMITS);
  expect(sound.warnings).toEqual([]);
  expect(image.warnings).toHaveLength(1);
  expect(image.warnings[0]).toMatch(/^[A-Z].{10,}\.$/);
  expect(image.processed.bytes.equals(sound.processed.bytes)).toBe(true);
});

describe('refusals', () => {
  test.each([
    ['a text file named .jpg', 'UNSUPPORTED_FORMAT', async () => Buffer.from('just text')],
    ['an SVG', 'UNSUPPORTED_FORMAT', async () => SVG],
    ['a PDF', 'UNSUPPORTED_FORMAT', async () => PDF],
    ['an empty file', 'EMPTY_FILE', async () => Buffer.alloc(0)],
    ['a truncated JPEG', 'CORRUPT_IMAGE', truncatedJpeg],
    ['a damaged PNG', 'CORRUPT_IMAGE', damagedPng],
    ['a PNG bomb', 'IMAGE_TOO_LARGE', async () => pngBomb(60_000, 60_000)],
  ] as const)('%s is %s', async (_what, code, make) => {
    const bytes = await make();
    for (const detail of [true, false]) {
      const refused = sharpImaging.process(bytes, recipeOf({ measure: { detail } }), LIMITS);
      await expect(refused).rejects.toMatchObject({ name: 'PermanentError', code });
    }
  });

  test('a result that its format cannot hold is refused before any decoding', async () => {
    const long = await jpegOf(flat(17_000, 8, RED));
    const recipe = recipeOf({ resize: { ratio: 1 }, output: { format: 'webp' } });
    await expect(sharpImaging.process(long, recipe, LIMITS)).rejects.toMatchObject({
      code: 'IMAGE_TOO_LARGE',
    });
  });

  test('work that takes longer than the limit is PROCESSING_LIMIT', async () => {
    const refused = sharpImaging.process(sample('coffee.jpg'), augment, { ...LIMITS, timeoutMs: 0.001 });
    await expect(refused).rejects.toMatchObject({ code: 'PROCESSING_LIMIT' });
  });
});
