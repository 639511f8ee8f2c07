import type { Size } from '../geometry.ts';
import { layOut } from '../kernels/kernels.ts';
import type { Pixels } from '../pixels.ts';

/** How many times as long as those of the size the sides of the reduced pixels are. libvips reduces to 2 itself. */
const GAPS = { least: 2, most: 4 } as const;
/** Of a pixel of the size, on each side. More shifts what is near the edges: 2000×1500 px were 49 levels off Lanczos. */
const MAX_CUT = 0.05;
/** Blocks of 2×2 px cost as much as they save; a row of larger ones takes much memory. */
const BLOCKS_PX = { least: 3, most: 64 } as const;

/**
 * Means of square blocks, so that a resize to a much smaller size has less to do. Pixels that fill no block are cut off on
 * all sides: at most a twentieth of a pixel of the size on each.
 *
 * @returns the pixels themselves where they are not much larger, or would lose more than that
 * @see https://pillow.readthedocs.io/en/stable/reference/Image.html#PIL.Image.Image.resize (`reducing_gap`)
 */
export function reducePixels(pixels: Pixels, size: Size): Pixels {
  const side = blockSide(pixels, size);
  return side === undefined ? pixels : averageBlocks(pixels, side);
}

/** The side of blocks that fill the pixels best; of equal ones, the largest. */
function blockSide(pixels: Size, size: Size): number | undefined {
  const factor = Math.min(pixels.widthPx / size.widthPx, pixels.heightPx / size.heightPx);
  const most = Math.min(Math.floor(factor / GAPS.least), BLOCKS_PX.most);
  const least = Math.max(Math.ceil(factor / GAPS.most), BLOCKS_PX.least);
  const sides = Array.from({ length: Math.max(most - least + 1, 0) }, (_, index) => most - index);
  const left = (side: number) => Math.max(pixels.widthPx % side, pixels.heightPx % side);
  const fitting = sides.filter((side) => left(side) / 2 <= MAX_CUT * factor);
  return fitting.sort((a, b) => left(a) - left(b))[0];
}

function averageBlocks({ data, widthPx, heightPx }: Pixels, side: number): Pixels {
  const size = { widthPx: Math.floor(widthPx / side), heightPx: Math.floor(heightPx / side) };
  const strideBytes = 3 * widthPx;
  const outBytes = 3 * size.widthPx;
  // Vectors reach up to 16 samples past the end of a row.
  const { kernels, bytes, offsets } = layOut({
    rows: side * strideBytes + 16,
    sums: 2 * (side * outBytes + 16),
    output: outBytes + 1,
  });
  const leftBytes = 3 * Math.floor((widthPx % side) / 2);
  const top = Math.floor((heightPx % side) / 2);
  const { rows, sums, output } = offsets;
  const means = new Uint8Array(outBytes * size.heightPx);
  for (let y = 0; y < size.heightPx; y += 1) {
    const start = (top + y * side) * strideBytes;
    bytes.set(data.subarray(start, start + side * strideBytes), rows);
    kernels.averageRows(rows + leftBytes, strideBytes, side, sums, output, size.widthPx);
    means.set(bytes.subarray(output, output + outBytes), y * outBytes);
  }
  return { ...size, data: means };
}
