import type { Region, Size } from '../geometry.ts';
import { type Pixels, padPixels, release } from '../pixels.ts';
import { readGif, TRAILER, TRANSPARENT_FRAME } from './gif-blocks.ts';

/**
 * The size of a GIF: that of its canvas, or of its frames where they reach beyond it. The library that reads GIFs
 * goes by the frames alone where the canvas has the size of a screen of old (640×480, 800×600, 1024×768, 1280×1024,
 * 1600×1200) or a side over 2048 px.
 *
 * @param decoded the size that the library gives
 */
export function gifSize(bytes: Buffer, decoded: Size): Size {
  const { canvas } = readGif(bytes);
  return {
    widthPx: Math.max(canvas.widthPx, decoded.widthPx),
    heightPx: Math.max(canvas.heightPx, decoded.heightPx),
  };
}

/**
 * The bytes of a GIF whose canvas libvips decodes with its holes: where no frame has a transparent colour, it takes the
 * canvas for filled, and paints black what no frame covers. One more frame, behind those that are decoded, shows it.
 */
export function readableGif(bytes: Buffer): Buffer {
  const { canvas, frames, hasTransparency, endAt } = readGif(bytes);
  const [first] = frames;
  if (hasTransparency || first === undefined || covers(first.region, canvas)) return bytes;
  return Buffer.concat([bytes.subarray(0, endAt), TRANSPARENT_FRAME, Buffer.from([TRAILER])]);
}

function covers(region: Region, canvas: Size): boolean {
  const isAtCorner = region.leftPx === 0 && region.topPx === 0;
  return isAtCorner && region.widthPx >= canvas.widthPx && region.heightPx >= canvas.heightPx;
}

/**
 * Frames, one below the other, each on a canvas of the stated size: at its top left, as all frames are decoded to one
 * size that begins there. Returns the same object where they fill it.
 */
export async function onCanvas(
  roll: Pixels,
  frames: number,
  canvas: Size,
  background: string,
): Promise<Pixels> {
  const { widthPx } = roll;
  const heightPx = roll.heightPx / frames;
  if (widthPx === canvas.widthPx && heightPx === canvas.heightPx) return roll;
  const canvasPixels = canvas.widthPx * canvas.heightPx;
  const data = Buffer.alloc(3 * canvasPixels * frames);
  // What no frame covers is transparent.
  const alpha = new Uint8Array(canvasPixels * frames);
  const frameBytes = 3 * widthPx * heightPx;
  for (let index = 0; index < frames; index += 1) {
    const frame = roll.data.subarray(index * frameBytes, (index + 1) * frameBytes);
    const region = { leftPx: 0, topPx: 0, widthPx, heightPx };
    const padded = padPixels({ data: frame, widthPx, heightPx }, canvas, region, background);
    data.set(padded.data, index * padded.data.length);
    for (let y = 0; y < heightPx; y += 1) {
      const row = index * canvasPixels + y * canvas.widthPx;
      const from = (index * heightPx + y) * widthPx;
      if (roll.alpha === undefined) alpha.fill(255, row, row + widthPx);
      else alpha.set(roll.alpha.subarray(from, from + widthPx), row);
    }
  }
  await release(roll);
  return { data, alpha, widthPx: canvas.widthPx, heightPx: canvas.heightPx * frames };
}
