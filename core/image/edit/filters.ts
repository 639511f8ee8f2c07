import type { Filter } from '../../recipe.ts';
import type { Pixels } from '../pixels.ts';
import { fromPixels, toPixels } from '../sharp-pixels.ts';
import { enhancePixels } from './enhance.ts';
import { greyOf } from './grey.ts';

// In whole numbers, libvips is up to 5 levels off at an edge; in floating point, 1 level.
const GAUSSIAN = { sigma: 2, precision: 'float', minAmplitude: 0.01 } as const;

const FILTERS: Record<Filter, (pixels: Pixels) => Pixels | Promise<Pixels>> = {
  grayscale,
  sepia,
  blur: (pixels) => toPixels(fromPixels(pixels).blur(GAUSSIAN)),
  // What Pillow blends with for sharpness is just this.
  smooth: (pixels) => enhancePixels(pixels, { sharpness: 0, brightness: 1, contrast: 1, color: 1 }),
  sharpen,
  autocontrast,
  denoise,
};

/**
 * The filters, one after another; the input is left as it is, and returned itself where there are none.
 * `grayscale` (ImageOps.grayscale), `autocontrast` (ImageOps.autocontrast, no cutoff), `smooth` and `sharpen`
 * (ImageFilter.SMOOTH, SHARPEN) are Pillow's to the level. `sepia` is the W3C's matrix; `blur` a Gaussian of 2 px
 * standard deviation; `denoise` the median of 3×3 px in each channel.
 */
export async function applyFilters(pixels: Pixels, filters: readonly Filter[]): Promise<Pixels> {
  let filtered = pixels;
  for (const filter of filters) filtered = await FILTERS[filter](filtered);
  return filtered;
}

const MEDIAN_PX = 3;

/** A picture that is smaller than the window stays as it is: libvips takes no median of it. */
async function denoise(pixels: Pixels): Promise<Pixels> {
  if (Math.min(pixels.widthPx, pixels.heightPx) < MEDIAN_PX) return pixels;
  return toPixels(fromPixels(pixels).median(MEDIAN_PX));
}

function grayscale(pixels: Pixels): Pixels {
  return mapColours(pixels, (red, green, blue, into, at) => {
    into.fill(greyOf(red, green, blue), at, at + 3);
  });
}

/**
 * The `sepia(100%)` of CSS, on the sRGB values, clipped to 0..255 and rounded.
 *
 * @see https://www.w3.org/TR/filter-effects-1/#sepiaEquivalent
 */
function sepia(pixels: Pixels): Pixels {
  return mapColours(pixels, (red, green, blue, into, at) => {
    into[at] = Math.min(0.393 * red + 0.769 * green + 0.189 * blue + 0.5, 255);
    into[at + 1] = Math.min(0.349 * red + 0.686 * green + 0.168 * blue + 0.5, 255);
    into[at + 2] = Math.min(0.272 * red + 0.534 * green + 0.131 * blue + 0.5, 255);
  });
}

/** Stretches each channel so that its darkest sample becomes 0 and its lightest 255. */
function autocontrast(pixels: Pixels): Pixels {
  const data = new Uint8Array(pixels.data);
  for (let channel = 0; channel < 3; channel++) {
    let [low, high] = [255, 0];
    for (let i = channel; i < data.length; i += 3) {
      const sample = data[i] ?? 0;
      if (sample < low) low = sample;
      if (sample > high) high = sample;
    }
    if (high <= low) continue;
    const scale = 255 / (high - low);
    const offset = -low * scale;
    const table = Uint8Array.from({ length: 256 }, (_, sample) => sample * scale + offset);
    for (let i = channel; i < data.length; i += 3) data[i] = table[data[i] ?? 0] ?? 0;
  }
  return { ...pixels, data };
}

/**
 * A 3×3 kernel of 32 amid eight −2s, divided by 16, clipped and rounded. The outermost rows and columns stay as they
 * are, and so does a picture under 3 px on a side.
 *
 * @see https://github.com/python-pillow/Pillow/blob/9.4.0/src/PIL/ImageFilter.py
 */
function sharpen({ data: source, widthPx, heightPx }: Pixels): Pixels {
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

type ColourMap = (red: number, green: number, blue: number, into: Uint8Array, at: number) => void;

function mapColours(pixels: Pixels, map: ColourMap): Pixels {
  const data = new Uint8Array(pixels.data.length);
  for (let i = 0; i < data.length; i += 3) {
    map(pixels.data[i] ?? 0, pixels.data[i + 1] ?? 0, pixels.data[i + 2] ?? 0, data, i);
  }
  return { ...pixels, data };
}
