import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sharpImaging } from '../../../../../core/image/imaging.ts';
import { type Pixels, toPixels } from '../../../../../core/image/pixels.ts';
import { sharp } from '../../../../../core/image/sharp-setup.ts';
import { FILTERS, type RecipeInput } from '../../../../../core/recipe.ts';
import {
  type Colour,
  decode,
  distance,
  draw,
  flat,
  LIMITS,
  pixelAt,
  recipeOf,
} from '../../../../support/fixtures/pictures.ts';
import { makePicture, readPng } from '../../../../support/fixtures/reference/pictures.ts';
import { transparentPictures } from '../../../../support/fixtures/reference/vectors.ts';

const GREY_GROUND: Colour = [90, 100, 110];
const BACKGROUND = '#5a646e';

/** A PNG of a picture with its opacity. */
async function pngWith(picture: Pixels, opacityAt: (x: number, y: number) => number): Promise<Buffer> {
  const { widthPx, heightPx } = picture;
  const opacity = draw(widthPx, heightPx, (x, y) => [opacityAt(x, y), 0, 0]);
  const rgba = new Uint8Array(4 * widthPx * heightPx);
  for (let pixel = 0; pixel < widthPx * heightPx; pixel++) {
    rgba.set(picture.data.subarray(3 * pixel, 3 * pixel + 3), 4 * pixel);
    rgba[4 * pixel + 3] = opacity.data[3 * pixel] ?? 0;
  }
  return sharp(rgba, { raw: { width: widthPx, height: heightPx, channels: 4 } })
    .png()
    .toBuffer();
}

async function processed(source: Buffer, input: RecipeInput): Promise<Pixels> {
  const recipe = recipeOf({ output: { format: 'png' }, rotations: [], ...input });
  return decode((await sharpImaging.process(source, recipe, LIMITS)).processed.bytes);
}

describe('against Pillow with a mask', async () => {
  const sheet = await readPng('transparent.png');
  const vectors = transparentPictures().map((vector, index) => ({ ...vector, index }));

  test.each(vectors)('$index: $edit $factor, $picture.kind on $background', async (vector) => {
    const { picture, alpha, background, edit, factor, index } = vector;
    const opacity = await makePicture(alpha);
    const source = await pngWith(await makePicture(picture), (x, y) => pixelAt(opacity, x, y)[0]);
    const edits = factor === null ? { filters: [edit] } : { enhance: { [edit]: factor } };
    const found = await processed(source, { resize: { ratio: 1, background }, ...(edits as RecipeInput) });
    const expected = sheet.data.subarray(index * found.data.length, (index + 1) * found.data.length);
    const differences = found.data.map((level, at) => Math.abs(level - (expected[at] ?? 0)));
    // Where the opacity is neither 0 nor 255, colours have been rounded behind it.
    expect(Math.max(...differences)).toBeLessThanOrEqual('changes' in alpha ? 0 : 3);
  });
});

const edits: [string, RecipeInput][] = [
  ...FILTERS.map((filter): [string, RecipeInput] => [filter, { filters: [filter] }]),
  ['darker', { enhance: { brightness: 0.6 } }],
  ['sharper and stronger', { enhance: { sharpness: 2.5, contrast: 1.8, color: 1.5 } }],
  ['two filters', { filters: ['sepia', 'sharpen', 'smooth'] }],
];

describe.each(edits)('%s', (_name, edit) => {
  // Under the transparent pixels lies another colour, which must show nowhere.
  const disc = (x: number, y: number) => (Math.hypot(x - 30, y - 20) < 12 ? 255 : 0);
  const picture = draw(60, 40, (x, y) => (disc(x, y) === 0 ? [255, 0, 255] : [120, 130, 90]));

  test('the background stays what the padding is', async () => {
    const resize = { widthPx: 60, heightPx: 60, background: BACKGROUND };
    const found = await processed(await pngWith(picture, disc), { resize, ...edit });
    for (const [x, y] of [
      [2, 2],
      [2, 12],
      [57, 30],
      [30, 55],
    ] as const) {
      expect(pixelAt(found, x, y)).toEqual(GREY_GROUND);
    }
  });

  test('a cut-out of one colour has the colour of a whole picture of it', async () => {
    const resize = { ratio: 1, background: BACKGROUND };
    const whole = await processed(await pngWith(flat(60, 40, [120, 130, 90]), () => 255), {
      resize,
      ...edit,
    });
    const found = await processed(await pngWith(picture, disc), { resize, ...edit });
    const isBlurred = edit.filters?.includes('blur') ?? false;
    for (let y = 0; y < 40; y++) {
      for (let x = 0; x < 60; x++) {
        const isInside = Math.hypot(x - 30, y - 20) < (isBlurred ? 4 : 12);
        if (isInside) expect(distance(pixelAt(found, x, y), pixelAt(whole, 30, 20))).toBeLessThanOrEqual(1);
      }
    }
  });
});

test('autocontrast of an object on white keeps its colours between black and white', async () => {
  const object = draw(80, 60, (x) => {
    const level = 90 + Math.round((60 * (x - 20)) / 39);
    return [level, level, level];
  });
  const source = await pngWith(object, (x, y) => (x >= 20 && x < 60 && y >= 15 && y < 45 ? 255 : 0));
  const found = await processed(source, { resize: { ratio: 1 }, filters: ['autocontrast'] });
  expect(pixelAt(found, 20, 30)).toEqual([0, 0, 0]);
  expect(pixelAt(found, 59, 30)).toEqual([255, 255, 255]);
  expect(distance(pixelAt(found, 40, 30), [130, 130, 130])).toBeLessThan(4);
});

test('edges that are half transparent fit to any background, also after resizing', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 9, max: 40 }),
      fc.integer({ min: 0, max: 255 }),
      async (sidePx, level) => {
        const source = await pngWith(flat(33, 33, [200, 200, 200]), (x, y) =>
          Math.hypot(x - 16, y - 16) < 11 ? 255 : 0,
        );
        const hex = level.toString(16).padStart(2, '0');
        const resize = { widthPx: sidePx, heightPx: sidePx, background: `#${hex}${hex}${hex}` };
        const found = await processed(source, { resize, enhance: { brightness: 0.5 } });
        // Between the darkened disc and the background, but for the overshoot of Lanczos.
        const [low, high] = [Math.min(level, 100), Math.max(level, 100)];
        const overshoot = 0.15 * (Math.abs(level - 200) + 100);
        for (const sample of found.data) {
          expect(sample).toBeGreaterThanOrEqual(Math.floor(low - overshoot));
          expect(sample).toBeLessThanOrEqual(Math.ceil(high + overshoot));
        }
      },
    ),
    { numRuns: 40 },
  );
});

test("what no frame of a GIF's canvas covers is background, whatever is edited", async () => {
  const frame = await sharp({ create: { width: 100, height: 80, channels: 3, background: '#826e5a' } })
    .gif()
    .toBuffer();
  // A canvas of 640 × 480 around a frame at its top left.
  frame.writeUInt16LE(640, 6);
  frame.writeUInt16LE(480, 8);
  const recipe: RecipeInput = {
    resize: { ratio: 0.25, background: BACKGROUND },
    enhance: { brightness: 0.6 },
    filters: ['sepia'],
  };
  const found = await processed(frame, recipe);
  expect(found).toMatchObject({ widthPx: 160, heightPx: 120 });
  expect(pixelAt(found, 100, 90)).toEqual(GREY_GROUND);
  expect(pixelAt(found, 10, 10)[0]).toBeLessThan(110);
});

test.each(['first', 'keep'] as const)('frames of an animation are edited alike: %s', async (animated) => {
  const frames = [255, 0].map((opacity) => Buffer.alloc(4 * 40 * 30, Buffer.from([120, 130, 90, opacity])));
  const raw = { width: 40, height: 60, channels: 4, pageHeight: 30 } as const;
  const source = await sharp(Buffer.concat(frames), { raw })
    .webp({ lossless: true, delay: [50, 60] })
    .toBuffer();
  const recipe = recipeOf({
    resize: { widthPx: 20, heightPx: 20, background: BACKGROUND },
    output: { format: 'webp', quality: 100 },
    enhance: { brightness: 0.5 },
    rotations: [],
    animated,
  });
  const { bytes } = (await sharpImaging.process(source, recipe, LIMITS)).processed;
  expect(distance(pixelAt(await decode(bytes), 10, 10), [60, 65, 45])).toBeLessThan(4);
  if (animated === 'first') return;
  const second = await toPixels(sharp(bytes, { page: 1 }));
  expect(distance(pixelAt(second, 10, 10), GREY_GROUND)).toBeLessThan(3);
});
