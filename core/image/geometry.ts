import type { BoxResize, Resize } from '../recipe.ts';

export interface Size {
  widthPx: number;
  heightPx: number;
}

export interface Region extends Size {
  leftPx: number;
  topPx: number;
}

/** How the upright picture is resized: scaled to `content`, which is centred on `canvas`. */
export interface Plan {
  content: Size;
  canvas: Size;
  /** Whether the picture is cropped to the shape of `content` first. */
  crop: boolean;
}

/**
 * Calculates the sizes that a recipe gives to an upright picture. `contain` and `cover` fill the box, and enlarge a
 * small picture to do so. `inside` and a ratio never enlarge.
 */
export function planResize(source: Size, resize: Resize): Plan {
  if ('ratio' in resize) {
    const content = scaled(source, resize.ratio);
    return { content, canvas: content, crop: false };
  }
  const box: Size = { widthPx: resize.widthPx, heightPx: resize.heightPx };
  if (resize.fit === 'cover') return { content: box, canvas: box, crop: true };
  const content = fitted(source, box, resize.fit);
  return { content, canvas: resize.fit === 'contain' ? box : content, crop: false };
}

/** The position of the content on the canvas: centred, with an odd pixel left over below and to the right. */
export function contentRegion({ content, canvas }: Plan): Region {
  return {
    ...content,
    leftPx: Math.floor((canvas.widthPx - content.widthPx) / 2),
    topPx: Math.floor((canvas.heightPx - content.heightPx) / 2),
  };
}

/** The largest centred region of `source` with the aspect ratio of `shape`, to the pixel. */
export function centredRegion(source: Size, shape: Size): Region {
  const factor = Math.min(source.widthPx / shape.widthPx, source.heightPx / shape.heightPx);
  const kept = scaled(shape, factor);
  const widthPx = Math.min(kept.widthPx, source.widthPx);
  const heightPx = Math.min(kept.heightPx, source.heightPx);
  return {
    widthPx,
    heightPx,
    leftPx: Math.floor((source.widthPx - widthPx) / 2),
    topPx: Math.floor((source.heightPx - heightPx) / 2),
  };
}

/** Swaps width and height where an EXIF orientation rotates the picture by a quarter. */
export function oriented(size: Size, orientation: number): Size {
  return orientation >= 5
    ? { widthPx: size.heightPx, heightPx: size.widthPx }
    : { widthPx: size.widthPx, heightPx: size.heightPx };
}

/** Rounding error of sines and cosines, in pixels: it is under a millionth of the largest side. */
const ROUNDING = 1e-6;

/**
 * The canvas that holds a rotated picture. A quarter rotation is exact. Any other angle is rounded up to an odd number
 * of pixels, so that the centre of the rotation is the centre of a pixel, and one pixel stays one pixel.
 */
export function rotatedSize({ widthPx, heightPx }: Size, degrees: number): Size {
  if (degrees % 180 === 0) return { widthPx, heightPx };
  if (degrees % 90 === 0) return { widthPx: heightPx, heightPx: widthPx };
  const radians = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.abs(Math.cos(radians)), Math.abs(Math.sin(radians))];
  return {
    widthPx: oddAtLeast(widthPx * cos + heightPx * sin - ROUNDING),
    heightPx: oddAtLeast(widthPx * sin + heightPx * cos - ROUNDING),
  };
}

function oddAtLeast(length: number): number {
  return 2 * Math.ceil((length - 1) / 2) + 1;
}

export function sameSize(a: Size, b: Size): boolean {
  return a.widthPx === b.widthPx && a.heightPx === b.heightPx;
}

/** The size of a picture whose longest side is at most that long. It is never enlarged. */
export function within(source: Size, longestPx: number): Size {
  return fitted(source, { widthPx: longestPx, heightPx: longestPx }, 'inside');
}

function fitted(source: Size, box: Size, fit: BoxResize['fit']): Size {
  const factor = Math.min(box.widthPx / source.widthPx, box.heightPx / source.heightPx);
  return scaled(source, fit === 'inside' ? Math.min(1, factor) : factor);
}

function scaled(size: Size, factor: number): Size {
  return {
    widthPx: Math.max(1, Math.round(size.widthPx * factor)),
    heightPx: Math.max(1, Math.round(size.heightPx * factor)),
  };
}
