import { LOSSY_FORMATS, type LossyFormat, type TargetOutput } from '../../recipe.ts';
import type { Deadline } from '../deadline.ts';
import type { Picture } from '../frame.ts';
import type { Size } from '../geometry.ts';
import { measureEncode } from '../measure/quality.ts';
import type { EncodingSearch } from '../types.ts';
import { canHold, checkEncodable, encodePixels } from './encode.ts';
import { type EncodingTarget, targetOf } from './encoding-target.ts';
import { ENCODING_VARIANTS } from './encoding-variants.ts';
import type { Trial } from './forecast-encoding.ts';
import { firstRound, nextRound, type Plan } from './plan-encodings.ts';

/** Above this size, two encoders at once would hold much memory. AVIF's encoder uses all cores anyway. */
const MAX_PARALLEL_PX = 2_000_000;

/**
 * Finds the smallest file whose decoded pixels reach the target, with at most eight tries a format. Every format's
 * variants are tried where they may win, predicted from what was measured, two at a time. AVIF, which takes longest, is
 * tried last. If nothing reaches the target, the best try is chosen. The search stops early once half of the image's
 * time is over.
 */
export async function searchEncoding(
  picture: Picture,
  output: TargetOutput,
  deadline: Deadline,
): Promise<EncodingSearch> {
  const target = targetOf(output);
  const formats = candidates(picture.canvas, output);
  const variants = ENCODING_VARIANTS.filter(({ format }) => formats.includes(format));
  const trials: Trial[] = [];
  const carryOut = async (plans: readonly Plan[]) => {
    for (const batch of batches(plans, picture.canvas)) {
      trials.push(...(await Promise.all(batch.map((plan) => attempt(picture, target, plan)))));
    }
  };

  await carryOut(firstRound(variants, target));
  for (const isAvif of [false, true]) {
    const phase = variants.filter(({ format }) => (format === 'avif') === isAvif);
    while (!deadline.halfOver()) {
      const plans = nextRound(phase, trials, target);
      if (plans.length === 0) break;
      await carryOut(plans);
    }
  }
  return outcome(trials, output);
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

function batches(plans: readonly Plan[], { widthPx, heightPx }: Size): Plan[][] {
  const areAlone =
    widthPx * heightPx > MAX_PARALLEL_PX || plans.some(({ variant }) => variant.format === 'avif');
  return areAlone ? plans.map((plan) => [plan]) : [[...plans]];
}

async function attempt(
  { canvas, content, region }: Picture,
  target: EncodingTarget,
  { variant, quality }: Plan,
): Promise<Trial> {
  const { format, mozjpeg, chroma } = variant;
  const { bytes } = await encodePixels(canvas, { format, quality, mozjpeg, chroma });
  const scored = target.measure === 'ssimulacra2' ? 'always' : 'small';
  const measured = await measureEncode(content, bytes, region, scored);
  const { ssim, psnrDb, ssimulacra2 } = measured;
  return {
    variant,
    made: { format, quality, mozjpeg, chroma, bytes: bytes.length, ssim, psnrDb, ssimulacra2 },
    margin: target.marginOf(measured),
    isEnough: target.isReachedBy(measured),
  };
}

/** The smallest file that reaches the target, or else the one that comes closest. */
function outcome(trials: readonly Trial[], output: TargetOutput): EncodingSearch {
  const enough = trials.filter(({ isEnough }) => isEnough);
  const [best] =
    enough.length > 0
      ? enough.toSorted((a, b) => a.made.bytes - b.made.bytes)
      : trials.toSorted((a, b) => b.margin - a.margin || (b.made.psnrDb ?? 0) - (a.made.psnrDb ?? 0));
  if (best === undefined) throw new RangeError('expected at least one try');
  const { format, quality, mozjpeg, chroma } = best.made;
  return {
    targetSsim: 'targetSsim' in output ? output.targetSsim : null,
    targetQuality: 'targetQuality' in output ? output.targetQuality : null,
    targetMet: enough.length > 0,
    chosen: { format, quality, mozjpeg, chroma },
    tries: trials.map(({ made }) => made),
  };
}
