import type { Region } from '../geometry.ts';
import { decodeOutput } from '../output/encode.ts';
import { type Pixels, release } from '../pixels.ts';
import type { Comparison, EncodeComparison } from '../types.ts';
import { compareDetail, comparePixels } from './compare.ts';
import { WINDOW_PX } from './row-comparison.ts';
import { ssimulacra2 } from './ssimulacra2.ts';

/** Compares two pictures of one size, before and after a step. */
export async function measure(before: Pixels, after: Pixels): Promise<Comparison> {
  return before === after ? identity(before) : comparePixels(before, after);
}

/** SSIMULACRA2 blocks the event loop for 30 ns a pixel, which is 0.12 s at this size. */
const MAX_SCORED_PX = 4_000_000;

/**
 * Measures what the encoder lost: compares the content that was encoded with the decoded output.
 *
 * @param position of the content in the output; padding does not count
 * @param scored whether SSIMULACRA2 is measured; `small` means up to 4 megapixels
 */
export async function measureEncode(
  content: Pixels,
  bytes: Buffer,
  position: Region,
  scored: 'always' | 'small' | 'never' = 'small',
): Promise<EncodeComparison> {
  const decoded = await decodeOutput(bytes, position);
  const comparison = await measure(content, decoded);
  const isSmall = content.widthPx * content.heightPx <= MAX_SCORED_PX;
  const isScored = scored === 'always' || (scored === 'small' && isSmall);
  const score = () => (comparison.identical ? 100 : ssimulacra2(content, decoded));
  const compared = { ...comparison, ssimulacra2: isScored ? score() : null };
  await release(decoded);
  return compared;
}

/** Measures what the resize lost: compares the original with the resized picture, scaled back up. */
export async function measureDetail(original: Pixels, resized: Pixels): Promise<Comparison> {
  return original === resized ? identity(original) : compareDetail(original, resized);
}

/** The comparison of a picture with itself, known without reading its pixels. */
function identity({ widthPx, heightPx }: Pixels): Comparison {
  return { ssim: Math.min(widthPx, heightPx) < WINDOW_PX ? null : 1, psnrDb: null, identical: true };
}
