import type { Exif, Sharp } from 'sharp';
import { fromPixels, type Pixels } from '../../../core/image/pixels.ts';
import { sharp } from '../../../core/image/sharp-setup.ts';
import type { Recipe } from '../../../core/recipe.ts';
import { makePicture, type PictureSpec } from '../fixtures/reference/pictures.ts';
import { Random } from '../simulated/random.ts';
import { type Opacity, randomRecipe } from './random-recipe.ts';

/** A small picture, the file without loss that holds it, and a recipe. */
export interface RecipeCase {
  picture: PictureSpec;
  opacity: Opacity;
  /** Of the disc that is visible, as shares of width and height. */
  centre: readonly [number, number];
  format: 'png' | 'webp' | 'tiff';
  /** EXIF orientation. */
  orientation: number;
  exif: Exif;
  recipe: Recipe;
}

const PHOTOS = ['astronaut', 'chelsea', 'coffee', 'rocket'] as const;
const SIDES = [1, 2, 5, 7, 8, 20, 33, 50, 72] as const;
const CREDITS = ['Ansel Adams', 'A. N. Other, 2024', 'x'] as const;

/** The case of that number; the same seed and number always make the same one. */
export function drawCase(seed: number, number: number): RecipeCase {
  const random = new Random(Math.imul(seed, 1_000_003) + number);
  const opacity = random.weighted({ opaque: 6, hard: 2, soft: 1 });
  return {
    picture: randomPicture(random),
    opacity,
    centre: [random.next(), random.next()],
    format: random.pick(['png', 'png', 'webp', 'tiff']),
    orientation: random.int(1, 8),
    exif: randomExif(random),
    recipe: randomRecipe(random, opacity),
  };
}

/** The file of a case. */
export async function fileOf({ picture, opacity, centre, ...file }: RecipeCase): Promise<Buffer> {
  const pixels = await makePicture(picture);
  const pipeline = opacity === 'opaque' ? fromPixels(pixels) : transparent(pixels, opacity, centre);
  const described = pipeline.withMetadata({ orientation: file.orientation, exif: file.exif });
  if (file.format === 'tiff') return described.tiff({ compression: 'lzw' }).toBuffer();
  return described.toFormat(file.format, { lossless: true }).toBuffer();
}

function randomPicture(random: Random): PictureSpec {
  const size = { width: random.pick(SIDES), height: random.pick(SIDES) };
  const seed = random.int(1, 10_000);
  const changes = random.chance(0.2) ? [{ kind: 'grey' as const }] : [];
  switch (random.pick(['photo', 'photo', 'noise', 'icon', 'waves', 'gradient', 'flat'])) {
    case 'noise':
      return { kind: 'noise', seed, ...size, changes };
    case 'icon':
      return { kind: 'icon', seed, ...size, changes };
    case 'waves':
      return { kind: 'waves', period: random.int(2, 40), ...size, changes };
    case 'gradient':
      return { kind: 'gradient', ...size, changes };
    case 'flat':
      return { kind: 'flat', colour: [0, 1, 2].map(() => random.int(0, 255)), ...size };
    default: {
      const box: [number, number, number, number] = [random.int(0, 24), 0, size.width, size.height];
      return { kind: 'photo', name: random.pick(PHOTOS), changes: [{ kind: 'crop', box }, ...changes] };
    }
  }
}

/** The picture with a disc of it visible: with a hard edge, or ever less so towards the edge. */
function transparent(
  { data, widthPx, heightPx }: Pixels,
  opacity: Opacity,
  [across, down]: readonly [number, number],
): Sharp {
  const reach = 0.6 * Math.hypot(widthPx, heightPx) + 2;
  const rgba = new Uint8Array(4 * widthPx * heightPx);
  for (let pixel = 0; pixel < widthPx * heightPx; pixel++) {
    const [x, y] = [pixel % widthPx, Math.floor(pixel / widthPx)];
    const share = Math.max(1 - Math.hypot(x + 0.5 - across * widthPx, y + 0.5 - down * heightPx) / reach, 0);
    rgba.set(data.subarray(3 * pixel, 3 * pixel + 3), 4 * pixel);
    rgba[4 * pixel + 3] = opacity === 'soft' ? Math.round(255 * share) : share > 0.5 ? 255 : 0;
  }
  return sharp(rgba, { raw: { width: widthPx, height: heightPx, channels: 4 } });
}

/** Credits, and a position, which no output may have. */
function randomExif(random: Random): Exif {
  const credits = ['Artist', 'Copyright']
    .filter(() => random.chance(0.6))
    .map((tag) => [tag, random.pick(CREDITS)] as const);
  return { IFD0: Object.fromEntries(credits), IFD3: { GPSLatitudeRef: 'N' } };
}
