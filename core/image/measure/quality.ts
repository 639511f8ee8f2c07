import type { Region } from '../geometry.ts';
import { decodeOutput } from '../output/encode.ts';
import { type Pixels, release } from '../pixels.ts';
import type { Comparison } from '../types.ts';
import { comparePixels } from './compare.ts';
import { compareDetail } from './detail.ts';
import { WINDOW_PX } from './row-comparison.ts';

/** Compares two pictures of one size, before and after a step. */
export async function measure(before: Pixels, after: Pixels): Promise<Comparison> {
  return before === after ? identity(before) : comparePixels(before, after);
}

/**
 * Measures what the encoder lost: compares the content that was encoded with the decoded output.
 *
 * @param position of the content in the output; padding does not count
 */
export async function measureEncode(content: Pixels, bytes: Buffer, position: Region): Promise<Comparison> {
  const decoded = await decodeOutput(bytes, position);
  const comparison = await measure(content, decoded);
  await release(decoded);
  return comparison;
}

/** Measures what the resize lost: compares the original with the resized picture, scaled back up. */
export async function measureDetail(original: Pixels, resized: Pixels): Promise<Comparison> {
  return original === resized ? identity(original) : compareDetail(original, resized);
}

/** The comparison of a picture with itself, known without reading its pixels. */
function identity({ widthPx, heightPx }: Pixels): Comparison {
  return { ssim: Math.min(widthPx, heightPx) < WINDOW_PX ? null : 1, psnrDb: null, identical: true };
}
