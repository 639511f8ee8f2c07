import { LOSSY_FORMATS, type LossyFormat, type TargetOutput } from '../../recipe.ts';
import type { Deadline } from '../deadline.ts';
import type { Region, Size } from '../geometry.ts';
import { measureEncode } from '../measure/quality.ts';
import type { Pixels } from '../pixels.ts';
import type { Encoding, EncodingSearch, EncodingTry } from '../types.ts';
import { canHold, checkEncodable, encodePixels } from './encode.ts';

/** The default quality of a recipe. The search tries it, so its result is never larger where this reaches the target. */
const USUAL_QUALITY = 90;

/**
 * Finds the smallest file whose decoded pixels reach the target, by bisection over the qualities of each format, with
 * at most eight tries a format. SSIM grows with quality except for some noise, so the result is at most one step of
 * quality from the smallest. If nothing reaches the target, the best try is chosen. The search stops early once half
 * of the image's time is over.
 *
 * @param picture the canvas to encode, the content to measure, and the position of the content on the canvas
 */
export async function searchEncoding(
  { canvas, content, place }: { canvas: Pixels; content: Pixels; place: Region },
  output: TargetOutput,
  deadline: Deadline,
): Promise<EncodingSearch> {
  const { targetSsim } = output;
  const tries: EncodingTry[] = [];
  const reaches = (encodingTry: EncodingTry) => (encodingTry.ssim ?? 0) >= targetSsim;
  const attempt = async (encoding: Encoding) => {
    const { bytes } = await encodePixels(canvas, encoding);
    const { ssim } = await measureEncode(content, bytes, place);
    const made = { ...encoding, bytes: bytes.length, ssim };
    tries.push(made);
    return made;
  };

  for (const format of candidates(canvas, output)) {
    await attempt({ format, quality: USUAL_QUALITY, mozjpeg: false });
    let [low, high] = [1, 100];
    while (low <= high && !deadline.halfOver()) {
      const quality = Math.floor((low + high) / 2);
      const made = await attempt({ format, quality, mozjpeg: format === 'jpeg' });
      if (reaches(made)) high = quality - 1;
      else low = quality + 1;
    }
  }

  const reached = tries.filter(reaches);
  const best =
    reached.length > 0
      ? reached.reduce(smaller)
      : tries.reduce((a, b) => ((b.ssim ?? 0) > (a.ssim ?? 0) ? b : a));
  const { format, quality, mozjpeg } = best;
  return { targetSsim, targetMet: reached.length > 0, chosen: { format, quality, mozjpeg }, tries };
}

/** @throws PermanentError `IMAGE_TOO_LARGE` when none of the allowed formats can hold the picture */
export function checkTargetEncodable(canvas: Size, output: TargetOutput): void {
  const [first] = formatsOf(output);
  if (candidates(canvas, output).length === 0) checkEncodable(canvas, first ?? 'jpeg');
}

function candidates(canvas: Size, output: TargetOutput): readonly LossyFormat[] {
  return formatsOf(output).filter((format) => canHold(format, canvas));
}

function formatsOf({ format, allow }: TargetOutput): readonly LossyFormat[] {
  return format === 'auto' ? (allow ?? LOSSY_FORMATS) : [format];
}

function smaller(a: EncodingTry, b: EncodingTry): EncodingTry {
  return b.bytes < a.bytes ? b : a;
}
