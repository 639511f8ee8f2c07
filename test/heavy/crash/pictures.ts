import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fromPixels } from '../../../core/image/pixels.ts';
import { draw } from '../../support/fixtures/pictures.ts';

const FORMATS = ['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const;
/** Cameras number their files anew: every folder has the same names. */
const NAMES_A_FOLDER = 50;

/** A small picture that no other number has, in one format after the other. */
async function makePicture(number: number): Promise<{ key: string; bytes: Buffer }> {
  const colour = [number % 256, Math.floor(number / 256) % 256, 90] as const;
  const pixels = draw(48, 36, (x, y) => (x < 24 === y < 18 ? colour : [5 * x, 7 * y, 200]));
  const format = FORMATS[number % FORMATS.length] ?? 'jpeg';
  const bytes = await fromPixels(pixels)
    [format](format === 'avif' ? { effort: 0 } : {})
    .toBuffer();
  const folder = `day ${Math.floor(number / NAMES_A_FOLDER)}`;
  return { key: `${folder}/IMG_${String(number % NAMES_A_FOLDER).padStart(4, '0')}.${format}`, bytes };
}

/**
 * Puts the pictures of the numbers `from` to `to - 1` into the inbox.
 *
 * @returns their keys
 */
export async function dropPictures(inbox: string, from: number, to: number): Promise<string[]> {
  const keys: string[] = [];
  for (let number = from; number < to; number += 1) {
    const { key, bytes } = await makePicture(number);
    mkdirSync(dirname(join(inbox, key)), { recursive: true });
    writeFileSync(join(inbox, key), bytes);
    keys.push(key);
  }
  return keys;
}
