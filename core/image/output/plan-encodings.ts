import { fixedEncoding } from './encode.ts';
import type { EncodingTarget } from './encoding-target.ts';
import { type EncodingVariant, finenessOf, qualityAt } from './encoding-variants.ts';
import { type Forecast, forecast, type Trial, typicalQuality } from './forecast-encoding.ts';

/** An encoding to try. */
export interface Plan {
  variant: EncodingVariant;
  quality: number;
}

const MAX_TRIES_PER_FORMAT = 8;

/** The default quality of a recipe. The search tries it, so its result is never larger where this reaches the target. */
const USUAL_QUALITY = 90;

/** The logarithm of how much smaller a file must be to be worth another try. */
const WORTHWHILE = 0.01;

/** The second best variant is tried at the same time where its size is so close to the best one's, as a logarithm. */
const RIVALRY = 0.1;

/** The fineness that is added where only two tries are left, and none has reached the target. */
const URGENCY = 0.1;

/** The usual encoding, and what typically reaches the target. */
export function firstRound(variants: readonly EncodingVariant[], target: EncodingTarget): Plan[] {
  const [first] = variants;
  if (first === undefined) return [];
  const usual = { variant: usualVariant(first, variants), quality: USUAL_QUALITY };
  const typical = { variant: first, quality: typicalQuality(first, target) };
  return usual.variant === first && typical.quality === USUAL_QUALITY ? [usual] : [usual, typical];
}

/** The variant that a recipe gets that names the usual quality; formats other than JPEG have just one. */
function usualVariant(first: EncodingVariant, variants: readonly EncodingVariant[]): EncodingVariant {
  const { format, mozjpeg, chroma } = fixedEncoding({ format: first.format, quality: USUAL_QUALITY });
  const usual = variants.find((variant) => {
    return variant.format === format && variant.mozjpeg === mozjpeg && variant.chroma === chroma;
  });
  return usual ?? first;
}

/**
 * The one or two encodings to try next.
 *
 * @param variants that may be tried
 * @param trials at least one
 * @returns none where no variant can still win
 */
export function nextRound(
  variants: readonly EncodingVariant[],
  trials: readonly Trial[],
  target: EncodingTarget,
): Plan[] {
  const smallest = Math.min(...trials.filter(({ isEnough }) => isEnough).map(({ made }) => made.bytes));
  const isWorthwhile = ({ size }: Forecast) => size < Math.log(smallest) - WORTHWHILE;
  const [best, second] = variants
    .filter((variant) => triesLeft(variant, trials) > 0)
    .flatMap((variant) => forecast(variant, trials, target) ?? [])
    .filter(isWorthwhile)
    .toSorted((a, b) => a.size - b.size);
  if (best === undefined) return [];
  const plan = Number.isFinite(smallest) ? best : urgent(best, variants, trials);
  const hasRival =
    second !== undefined &&
    second.size < best.size + RIVALRY &&
    (second.variant.format !== best.variant.format || triesLeft(best.variant, trials) > 1);
  return hasRival ? [plan, second] : [plan];
}

/** With its last tries, a format that has not reached the target aims higher, and in the end at the best it can do. */
function urgent(best: Forecast, variants: readonly EncodingVariant[], trials: readonly Trial[]): Plan {
  const { variant, quality } = best;
  const { format } = variant;
  const left = triesLeft(variant, trials);
  if (left === 2) {
    return { variant, quality: qualityAt(format, finenessOf(format, quality) + URGENCY, quality, 100) };
  }
  const finest = variants.findLast((other) => other.format === format);
  const isTried = trials.some((trial) => trial.variant === finest && trial.made.quality === 100);
  return left > 2 || finest === undefined || isTried ? best : { variant: finest, quality: 100 };
}

function triesLeft({ format }: EncodingVariant, trials: readonly Trial[]): number {
  return MAX_TRIES_PER_FORMAT - trials.filter(({ variant }) => variant.format === format).length;
}
