import type { Pixels } from './pixels.ts';

/**
 * Grey as Pillow's mode L has it: ITU-R BT.601 weights in 16-bit fixed point, rounded to 0..255.
 *
 * @see https://pillow.readthedocs.io/en/stable/reference/Image.html#PIL.Image.Image.convert
 */
export function greyOf(red: number, green: number, blue: number): number {
  return (19595 * red + 38470 * green + 7471 * blue + 0x8000) >> 16;
}

/** The grey plane of a picture: one byte a pixel, row-major. */
export function greyPlane({ data, widthPx, heightPx }: Pixels): Uint8Array {
  const grey = new Uint8Array(widthPx * heightPx);
  for (let pixel = 0, sample = 0; pixel < grey.length; pixel++, sample += 3) {
    grey[pixel] = greyOf(data[sample] ?? 0, data[sample + 1] ?? 0, data[sample + 2] ?? 0);
  }
  return grey;
}
