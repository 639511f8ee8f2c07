import type { Region } from '../geometry.ts';
import { decodeOutput } from '../output/encode.ts';
import { type Pixels, release } from '../pixels.ts';
import type { Comparison } from '../types.ts';
import { comparePixels } from './compare.ts';
import { compareDetail } from './detail.ts';
import { WINDOW_PX } from './row-comparison.ts';

/** Two pictures of one size: what was before and what came of it. */
export async function measure(before: Pixels, after: Pixels): Promise<Comparison> {
  return before === after ? identity(before) : comparePixels(before, after);
}

/** What the encoder lost: the content that was handed to it against its place in the decoded output. */
export async function measureEncode(content: Pixels, bytes: Buffer, place: Region): Promise<Comparison> {
  const decoded = await decodeOutput(bytes, place);
  const comparison = await measure(content, decoded);
  await release(decoded);
  return comparison;
}

/** What the downsizing lost: the original against the resized picture, scaled back up. */
export async function measureDetail(original: Pixels, resized: Pixels): Promise<Comparison> {
  return original === resized ? identity(original) : compareDetail(original, resized);
}

/** A picture compared with itself, without looking at each pixel. */
function identity({ widthPx, heightPx }: Pixels): Comparison {
  return { ssim: Math.min(widthPx, heightPx) < WINDOW_PX ? null : 1, psnrDb: null, identical: true };
}
