import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import type { Result } from '../result.ts';

/** A picture to put into the page itself. */
export interface Picture {
  dataUri: string;
  widthPx: number;
  heightPx: number;
}

/** Small results are shown as they are, to the byte; larger ones as a preview. */
const AS_IS_MAX_BYTES = 40_000;

/** The previews' JPEG quality: they are there to be looked at, not to be measured. */
const PREVIEW_QUALITY = 78;

/**
 * A preview of an image file, upright and on white, in a box of so many pixels.
 *
 * @returns undefined where the file is gone or can't be read any more
 */
export async function preview(path: string, boxPx: number, maxPixels: number): Promise<Picture | undefined> {
  try {
    // Read here and not by sharp: libvips would keep the file of a folder that is being watched open.
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

/** A finished output: its own bytes where they are few, otherwise a preview. */
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
