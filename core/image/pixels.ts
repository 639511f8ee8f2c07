import { setImmediate } from 'node:timers/promises';
import type { Sharp } from 'sharp';
import { type Region, type Size, sameSize } from './geometry.ts';
import { sharp } from './sharp-setup.ts';

/** A picture in memory: 8-bit sRGB, interleaved, row-major, no padding between rows. */
export interface Pixels {
  /** R, G, B of each pixel; 3 × widthPx × heightPx bytes. */
  data: Uint8Array;
  /**
   * Opacity of each pixel, 0..255, where the picture has transparent pixels. The colours in `data` are already blended
   * with the background.
   */
  alpha?: Uint8Array;
  widthPx: number;
  heightPx: number;
}

/** A sharp pipeline that starts from pixels in memory; they are not copied. */
export function fromPixels({ data, widthPx, heightPx }: Pixels): Sharp {
  // The pixel limit is for uploads, and these pixels have passed it.
  return sharp(data, { raw: { width: widthPx, height: heightPx, channels: 3 }, limitInputPixels: false });
}

/** Runs a sharp pipeline to pixels: 8-bit sRGB without alpha, whatever the input was. */
export async function toPixels(pipeline: Sharp): Promise<Pixels> {
  const { data, info } = await pipeline
    .toColourspace('srgb')
    .removeAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { data, widthPx: info.width, heightPx: info.height };
}

/** Runs the same steps of sharp on colours and on opacity. */
export async function transformPixels(pixels: Pixels, steps: (pipeline: Sharp) => Sharp): Promise<Pixels> {
  const { alpha, widthPx, heightPx } = pixels;
  const colours = await toPixels(steps(fromPixels(pixels)));
  if (alpha === undefined) return colours;
  const raw = { width: widthPx, height: heightPx, channels: 1 } as const;
  const pipeline = steps(sharp(alpha, { raw, limitInputPixels: false }));
  return { ...colours, alpha: await pipeline.toColourspace('b-w').raw({ depth: 'uchar' }).toBuffer() };
}

/**
 * Puts pixels on a canvas of one colour. Returns the same object where they fill the canvas.
 *
 * @param position where on the canvas, of the size of the pixels
 * @param background `#rrggbb`
 */
export function padPixels(pixels: Pixels, canvas: Size, position: Region, background: string): Pixels {
  if (sameSize(pixels, canvas)) return pixels;
  const data = Buffer.alloc(3 * canvas.widthPx * canvas.heightPx, background.slice(1), 'hex');
  const rowBytes = 3 * pixels.widthPx;
  for (let y = 0; y < pixels.heightPx; y += 1) {
    const row = pixels.data.subarray(y * rowBytes, (y + 1) * rowBytes);
    data.set(row, 3 * ((position.topPx + y) * canvas.widthPx + position.leftPx));
  }
  return { data, widthPx: canvas.widthPx, heightPx: canvas.heightPx };
}

/** A copy of a region. */
export function cropPixels({ data, alpha, widthPx }: Pixels, region: Region): Pixels {
  const cropped = copyRegion(data, 3, widthPx, region);
  const { widthPx: width, heightPx: height } = region;
  const size = { widthPx: width, heightPx: height };
  return alpha === undefined
    ? { data: cropped, ...size }
    : { data: cropped, alpha: copyRegion(alpha, 1, widthPx, region), ...size };
}

function copyRegion(plane: Uint8Array, channels: number, planeWidthPx: number, region: Region): Uint8Array {
  const { leftPx, topPx, widthPx, heightPx } = region;
  const copy = new Uint8Array(channels * widthPx * heightPx);
  for (let y = 0; y < heightPx; y += 1) {
    const start = channels * ((topPx + y) * planeWidthPx + leftPx);
    copy.set(plane.subarray(start, start + channels * widthPx), channels * y * widthPx);
  }
  return copy;
}

/**
 * Frees the memory of pixels at once, since the garbage collector may run only after the next large copy.
 * Pixels that are a view of a larger buffer are left alone.
 */
export async function release({ data, alpha }: Pixels): Promise<void> {
  for (const plane of alpha === undefined ? [data] : [data, alpha]) {
    const { buffer } = plane;
    if (buffer instanceof ArrayBuffer && buffer.byteLength === plane.length) buffer.transfer(0);
  }
  // Node frees what native code has allocated in the next iteration of the event loop.
  await setImmediate();
}
