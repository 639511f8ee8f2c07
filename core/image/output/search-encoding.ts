import type { LossyFormat, TargetOutput } from '../../recipe.ts';
import type { Deadline } from '../deadline.ts';
import type { Region, Size } from '../geometry.ts';
import { measureEncode } from '../measure/quality.ts';
import type { Pixels } from '../pixels.ts';
import type { Encoding, EncodingSearch, EncodingTry } from '../types.ts';
import { canHold, checkEncodable, encodePixels } from './encode.ts';

/** The quality of a recipe that names none: what a search finds is never larger, where this reaches the target too. */
const USUAL_QUALITY = 90;

/**
 * Finds the smallest file whose decoded pixels reach the target, by halving the qualities of each format: at most
 * eight tries a format. SSIM grows with quality but for some noise, so the file found is at most a step of quality
 * from the smallest. A target that nothing reaches gets the best try; work that has taken half of its time makes do
 * with the tries so far.
 *
 * @param picture the canvas that is encoded, and of it the content that is measured, with its place there
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

/** @throws PermanentError `IMAGE_TOO_LARGE` when none of the formats that may be chosen can hold the picture */
export function checkTargetEncodable(canvas: Size, output: TargetOutput): void {
  const [first] = formatsOf(output);
  if (candidates(canvas, output).length === 0) checkEncodable(canvas, first ?? 'jpeg');
}

function candidates(canvas: Size, output: TargetOutput): readonly LossyFormat[] {
  return formatsOf(output).filter((format) => canHold(format, canvas));
}

function formatsOf({ format, allow }: TargetOutput): readonly LossyFormat[] {
  return format === 'auto' ? allow : [format];
}

function smaller(a: EncodingTry, b: EncodingTry): EncodingTry {
  return b.bytes < a.bytes ? b : a;
}
