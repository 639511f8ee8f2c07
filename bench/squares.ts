import { join } from 'node:path';
import sharp from 'sharp';
import type { Pixels } from '../core/image/pixels.ts';

const SIDE_PX = 640;

/** The middle of a picture at 640×640 px and a poor JPEG of it, in memory and in PNG files. */
export interface Squares {
  a: Pixels;
  b: Pixels;
  files: [a: string, b: string];
}

export async function makeSquares(path: string, folder: string): Promise<Squares> {
  const square = sharp(path).resize(SIDE_PX, SIDE_PX).flatten().toColourspace('srgb');
  const files: [string, string] = [join(folder, 'a.png'), join(folder, 'b.png')];
  await square.png().toFile(files[0]);
  await sharp(await sharp(files[0]).jpeg({ quality: 40 }).toBuffer())
    .png()
    .toFile(files[1]);
  return { a: await decode(files[0]), b: await decode(files[1]), files };
}

async function decode(path: string): Promise<Pixels> {
  return { data: await sharp(path).removeAlpha().raw().toBuffer(), widthPx: SIDE_PX, heightPx: SIDE_PX };
}
