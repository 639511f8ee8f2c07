import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { DEFAULT_RECIPE_NAME } from '../../../core/recipe.ts';
import { REPOSITORY } from './emulator.ts';

/** A photo to upload. */
export interface Photo {
  key: string;
  recipe: string;
  bytes: Buffer;
}

/** One of the deployment's own recipes, which the update changes. */
export const OWN_RECIPE = 'web';
/** A recipe that takes long. */
export const SLOW_RECIPE = 'slow';

/**
 * Twenty photos: the samples in the formats, orientations and sizes that cameras and programs produce, with names that
 * have to be encoded somewhere on their way.
 */
export async function makePhotos(): Promise<Photo[]> {
  const [astronaut, chelsea, coffee, hubble, retina, rocket] = await Promise.all(
    [
      'astronaut-sideways.jpg',
      'chelsea.jpg',
      'coffee.jpg',
      'hubble.jpg',
      'retina-cutout.png',
      'rocket.jpg',
    ].map((name) => readFile(join(REPOSITORY, 'samples', name))),
  );
  const photos: [key: string, bytes: Buffer | Sharp | undefined, recipe?: string][] = [
    ['rocket.jpg', rocket],
    ['phone/IMG 0001.JPG', astronaut],
    ['Küche & Bad/Tasse, große.jpg', coffee],
    ['a+b/100% chelsea+1.jpg', chelsea],
    // Its key says that it belongs to a user.
    ['uploads/ada/hubble.jpg', hubble],
    // Looks encoded, but is not.
    ['c%2Fd%20e/retina.png', retina],
    // A letter in two code points, as macOS writes names.
    ['Zu\u0308rich/coffee.webp', sharp(coffee).webp()],
    ['写真/чашка ☕.avif', sharp(coffee).avif({ effort: 2 })],
    ['scans/chelsea.tiff', sharp(chelsea).tiff({ compression: 'lzw' })],
    ['scans/rocket 16 bit.png', sharp(rocket).toColourspace('rgb16').png()],
    ['rocket.gif', sharp(rocket).gif()],
    ['print/coffee cmyk.jpg', sharp(coffee).toColourspace('cmyk').jpeg()],
    ['old/chelsea grey.jpg', sharp(chelsea).greyscale().jpeg({ progressive: true })],
    ['stored/mirrored.jpg', sharp(coffee).withMetadata({ orientation: 2 }).jpeg()],
    ['stored/upside down.jpg', sharp(coffee).withMetadata({ orientation: 3 }).jpeg()],
    ['stored/turned and mirrored.jpg', sharp(coffee).withMetadata({ orientation: 5 }).jpeg()],
    ['tiny.png', sharp(chelsea).resize(6, 5).png()],
    ['large.jpg', sharp(hubble).resize(5000).jpeg(), 'vivid'],
    // A name without an extension; its key is too long for the outputs, which cut and hash it.
    [longKey(), sharp(rocket).resize(640).webp(), OWN_RECIPE],
    ['shop/cup?size=1#top.jpg', coffee, OWN_RECIPE],
  ];
  return Promise.all(
    photos.map(async ([key, picture, recipe = DEFAULT_RECIPE_NAME]) => ({
      key,
      recipe,
      bytes: Buffer.isBuffer(picture) ? picture : await (picture as Sharp).toBuffer(),
    })),
  );
}

/** Puts the photos into the folder under their keys. */
export async function writePhotos(folder: string, photos: readonly Photo[]): Promise<void> {
  for (const { key, bytes } of photos) {
    await mkdir(dirname(join(folder, key)), { recursive: true });
    await writeFile(join(folder, key), bytes);
  }
}

/** 1,000 bytes, in parts that a file system takes. */
function longKey(): string {
  const parts = ['one', 'two', 'three', 'four', 'five'].map((word) =>
    createHash('sha512').update(word).digest('hex'),
  );
  return parts.map((part) => (part + part).slice(0, 199)).join('/');
}
