import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { sharpImaging } from '../../../core/image/imaging.ts';
import { sharp } from '../../../core/image/sharp-setup.ts';
import { originalSizeRecipe } from '../../../core/images/original-size.ts';
import type { LabelMode } from '../../../core/labels/models.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const LIMITS = { maxBytes: 1e8, maxPixels: 1e8, maxPages: 100, maxMemoryBytes: 4e9, timeoutMs: 60_000 };

/** A photo of the reference: where it is, and which part of it, as fractions of the upright picture. */
export interface Photo {
  photo: string;
  region: readonly [x: number, y: number, across: number, down: number];
}

/** What the model of a mode sees of a file. */
export function inputOf(bytes: Buffer, mode: LabelMode): Promise<Uint8Array> {
  return sharpImaging.labelInput(bytes, mode, originalSizeRecipe('#ffffff'), LIMITS);
}

/** What the model of a mode sees of a photo. */
export async function inputOfPhoto({ photo, region }: Photo, mode: LabelMode, foolbox: string) {
  const bytes = await readFile(pathOf(photo, foolbox));
  const [x, y, across, down] = region;
  if (across === 1 && down === 1) return inputOf(bytes, mode);
  const upright = await sharp(bytes).rotate().png().toBuffer({ resolveWithObject: true });
  const { width, height } = upright.info;
  const part = sharp(upright.data).extract({
    left: Math.trunc(x * width),
    top: Math.trunc(y * height),
    width: Math.trunc(across * width),
    height: Math.trunc(down * height),
  });
  return inputOf(await part.png().toBuffer(), mode);
}

function pathOf(photo: string, foolbox: string): string {
  if (photo.startsWith('foolbox/')) return join(foolbox, basename(photo));
  if (photo.startsWith('samples/')) return join(ROOT, photo);
  return join(ROOT, 'test', 'support', 'fixtures', 'reference', photo);
}
