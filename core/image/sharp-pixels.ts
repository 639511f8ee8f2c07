import type { Sharp } from 'sharp';
import type { Pixels } from './pixels.ts';
import { sharp } from './sharp-setup.ts';

/** A sharp pipeline that starts from pixels of ours; they are not copied. */
export function fromPixels({ data, widthPx, heightPx }: Pixels): Sharp {
  // The limit is for uploads; what we made ourselves has passed it.
  return sharp(data, { raw: { width: widthPx, height: heightPx, channels: 3 }, limitInputPixels: false });
}

/** The end of a sharp pipeline, as pixels: 8-bit sRGB without alpha, whatever went in. */
export async function toPixels(pipeline: Sharp): Promise<Pixels> {
  const { data, info } = await pipeline
    .toColourspace('srgb')
    .removeAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { data, widthPx: info.width, heightPx: info.height };
}
