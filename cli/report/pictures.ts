import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import type { Result } from '../result.ts';

/** A picture that the page contains. */
export interface Picture {
  dataUri: string;
  widthPx: number;
  heightPx: number;
  /** Where it is in full size. */
  url?: string;
}

/** The page contains the bytes of smaller results; larger ones get a preview. */
const AS_IS_MAX_BYTES = 40_000;

/** The JPEG quality of previews. Nobody measures them. */
const PREVIEW_QUALITY = 78;

/**
 * A preview of an image file, upright and on white, in a square box.
 *
 * @returns undefined where the file is gone or can't be read
 */
export async function preview(path: string, boxPx: number, maxPixels: number): Promise<Picture | undefined> {
  try {
    // sharp does not get the path, because libvips would keep a file of the watched inbox open.
    const { data, info } = await sharp(await readFile(path), { limitInputPixels: maxPixels, failOn: 'none' })
      .rotate()
      .resize(boxPx, boxPx, { fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .jpeg({ quality: PREVIEW_QUALITY })
      .toBuffer({ resolveWithObject: true });
    return { dataUri: dataUriOf(data, 'image/jpeg'), widthPx: info.width, heightPx: info.height };
  } catch {
    return undefined;
  }
}

/** A finished output: its own bytes if it is small, otherwise a preview. */
export async function outputPicture(
  output: Result['outputs'][number],
  boxPx: number,
  maxPixels: number,
): Promise<Picture | undefined> {
  const { path, bytes, widthPx, heightPx, contentType } = output;
  if (bytes > AS_IS_MAX_BYTES || Math.max(widthPx, heightPx) > boxPx) return preview(path, boxPx, maxPixels);
  try {
    return { dataUri: dataUriOf(await readFile(path), contentType), widthPx, heightPx };
  } catch {
    return undefined;
  }
}

function dataUriOf(bytes: Buffer, contentType: string): string {
  return `data:${contentType};base64,${bytes.toString('base64')}`;
}
