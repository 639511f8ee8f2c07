import { fromPixels, type Pixels, toPixels, transformPixels } from '../pixels.ts';

// In whole numbers, libvips is up to 5 levels off at an edge; in floating point, 1 level.
const GAUSSIAN = { sigma: 2, precision: 'float', minAmplitude: 0.01 } as const;

/** A Gaussian of 2 px standard deviation, of colours and of opacity. */
export function blur(pixels: Pixels): Promise<Pixels> {
  // sharp truncates floating-point samples, so half a level is added for rounding.
  return transformPixels(pixels, (pipeline) => pipeline.blur(GAUSSIAN).linear(1, 0.5));
}

const MEDIAN_PX = 3;

/** The median of 3×3 px in each channel. A smaller picture stays as it is: libvips takes no median of it. */
export async function denoise(pixels: Pixels): Promise<Pixels> {
  if (Math.min(pixels.widthPx, pixels.heightPx) < MEDIAN_PX) return pixels;
  return toPixels(fromPixels(pixels).median(MEDIAN_PX));
}

/**
 * Pillow's ImageFilter.SHARPEN: a 3×3 kernel of 32 amid eight −2s, divided by 16, clipped and rounded. The outermost
 * rows and columns stay as they are, and so does a picture under 3 px on a side.
 *
 * @see https://github.com/python-pillow/Pillow/blob/9.4.0/src/PIL/ImageFilter.py
 */
export function sharpen({ data: source, widthPx, heightPx }: Pixels): Pixels {
  const data = new Uint8Array(source);
  const rowBytes = 3 * widthPx;
  const columns = new Uint16Array(rowBytes);
  for (let start = rowBytes; start < rowBytes * (heightPx - 1); start += rowBytes) {
    for (let i = 0, at = start; i < rowBytes; i++, at++) {
      columns[i] = (source[at - rowBytes] ?? 0) + (source[at] ?? 0) + (source[at + rowBytes] ?? 0);
    }
    for (let i = 3; i < rowBytes - 3; i++) {
      const box = (columns[i - 3] ?? 0) + (columns[i] ?? 0) + (columns[i + 3] ?? 0);
      const value = (34 * (source[start + i] ?? 0) - 2 * box) / 16 + 0.5;
      data[start + i] = Math.max(0, Math.min(255, value));
    }
  }
  return { data, widthPx, heightPx };
}
