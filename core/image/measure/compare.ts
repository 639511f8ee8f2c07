import { greyPlane } from '../grey.ts';
import type { Pixels } from '../pixels.ts';
import type { Comparison } from '../types.ts';
import { psnrDb, squaredDifferences } from './psnr.ts';
import { ssimGrey } from './ssim.ts';

/** SSIM on grey and PSNR over RGB of two pictures of the same size. */
export function comparePixels(reference: Pixels, other: Pixels): Comparison {
  const { widthPx, heightPx } = reference;
  if (other.widthPx !== widthPx || other.heightPx !== heightPx) {
    throw new RangeError(
      `expected pictures of the same size, received ${widthPx}×${heightPx} and ${other.widthPx}×${other.heightPx}`,
    );
  }
  const difference = squaredDifferences(reference.data, other.data);
  return {
    ssim: ssimGrey(greyPlane(reference), greyPlane(other), widthPx, heightPx),
    psnrDb: psnrDb(difference, reference.data.length),
    identical: difference === 0,
  };
}
