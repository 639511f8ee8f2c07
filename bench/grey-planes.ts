import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';

/** A picture's grey plane and a poorer one of the same size, in memory and in files. */
export interface GreyPlanes {
  a: Uint8Array;
  b: Uint8Array;
  widthPx: number;
  heightPx: number;
  files: [a: string, b: string];
}

export async function makeGreyPlanes(path: string, folder: string): Promise<GreyPlanes> {
  const grey = sharp(path).toColourspace('b-w').raw();
  const { data: a, info } = await grey.toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const raw = { width, height, channels: 1 } as const;
  const b = await sharp(a, { raw }).blur(1.5).toColourspace('b-w').raw().toBuffer();
  const files: [string, string] = [join(folder, 'a.raw'), join(folder, 'b.raw')];
  writeFileSync(files[0], a);
  writeFileSync(files[1], b);
  return { a, b, widthPx: width, heightPx: height, files };
}
