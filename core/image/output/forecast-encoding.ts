import type { EncodingTry } from '../types.ts';
import type { EncodingTarget } from './encoding-target.ts';
import { type EncodingVariant, finenessOf, qualityAt } from './encoding-variants.ts';

/** A try, and how it compares with the target. */
export interface Trial {
  variant: EncodingVariant;
  made: EncodingTry;
  margin: number;
  isEnough: boolean;
}

/** The next quality of a variant to try, and the size of its smallest file that reaches the target. */
export interface Forecast {
  variant: EncodingVariant;
  quality: number;
  /** ln of bytes. */
  size: number;
}

/** The encoding at which a variant just reaches the target. */
interface Point {
  fineness: number;
  size: number;
}

/** How much a margin grows with fineness. */
const SENSITIVITY = { ssimulacra2: 1, ssim: 1.5 } as const;

/** How much the size grows with fineness. */
const GROWTH = 1.2;

/** Two trials show how both are for a picture, which is believed within these factors of what is typical. */
const LEAST_FACTOR = 0.35;
const GREATEST_FACTOR = 2.5;

/** A file just below the target is of no use, so a forecast aims this much finer. */
const CAUTION = 0.02;

/** A size may be this much below its forecast, for each unit of fineness to the nearest of one trial, or of more. */
const DOUBT = { one: 0.25, more: 0.1 };

/** Trials that differ less than this say nothing about growth. */
const LEAST_DIFFERENCE = 0.02;

/**
 * Predicts what a variant needs from what was tried of it, or else of the others.
 *
 * @param trials at least one, of any variant
 * @returns null where nothing is left to try: the lowest quality that reaches the target is known, or none reaches it
 */
export function forecast(
  variant: EncodingVariant,
  trials: readonly Trial[],
  target: EncodingTarget,
): Forecast | null {
  const own = trials.filter((trial) => trial.variant === variant);
  const above = lowest(
    own.filter(({ isEnough }) => isEnough),
    ({ made }) => made.quality,
  );
  const below = lowest(
    own.filter(({ isEnough }) => !isEnough),
    ({ made }) => -made.quality,
  );
  const from = below ? below.made.quality + 1 : target.lowestQuality[variant.format];
  const to = above ? above.made.quality - 1 : 100;
  if (from > to) return null;
  const { fineness, size } =
    above && below
      ? pointBetween(below, above)
      : own.length > 0
        ? pointBeyond(own, target)
        : pointFromOthers(variant, trials, target);
  const quality = qualityAt(variant.format, fineness + CAUTION, from, to);
  return { variant, quality, size: Math.max(size, Math.log(variant.leastBytes)) };
}

/** The quality at which a variant reaches the target on a typical picture. */
export function typicalQuality(variant: EncodingVariant, target: EncodingTarget): number {
  const from = target.lowestQuality[variant.format];
  return qualityAt(variant.format, typicalFineness(variant, target), from, 97);
}

function typicalFineness(variant: EncodingVariant, { measure, strictness }: EncodingTarget): number {
  return (strictness - variant.strictness[measure]) / SENSITIVITY[measure];
}

function pointBetween(below: Trial, above: Trial): Point {
  const share = -below.margin / (above.margin - below.margin);
  const mix = (value: (trial: Trial) => number) => value(below) + share * (value(above) - value(below));
  return { fineness: mix(fineness), size: mix(size) };
}

/** All trials reach the target, or none does. */
function pointBeyond(own: readonly Trial[], { measure }: EncodingTarget): Point {
  const [near, next] = own.toSorted(byDistance);
  if (near === undefined) throw new RangeError('expected at least one trial');
  const slope = next === undefined ? undefined : slopeOf(near, next);
  const typical = SENSITIVITY[measure];
  const sensitivity = believable(slope?.margin, typical);
  const lacking = -near.margin / sensitivity;
  const growth = believable(slope?.size, GROWTH);
  const doubt = (next === undefined ? DOUBT.one : DOUBT.more) * Math.abs(lacking);
  return { fineness: fineness(near) + lacking, size: size(near) + growth * lacking - doubt };
}

/** What the picture needs of a variant beyond what is typical, it needs of the others too. */
function pointFromOthers(variant: EncodingVariant, trials: readonly Trial[], target: EncodingTarget): Point {
  const related = trials.filter((trial) => trial.variant.chroma === variant.chroma);
  const [near] = (related.length > 0 ? related : trials).toSorted(byDistance);
  if (near === undefined) throw new RangeError('expected at least one trial');
  const lacking = -near.margin / SENSITIVITY[target.measure];
  const excess = fineness(near) + lacking - typicalFineness(near.variant, target);
  const relativeSize = variant.relativeSize - near.variant.relativeSize - variant.luck;
  return {
    fineness: typicalFineness(variant, target) + excess,
    size: size(near) + GROWTH * lacking + relativeSize,
  };
}

/** By how much margin and size grow with fineness. */
function slopeOf(a: Trial, b: Trial): { margin: number; size: number } | undefined {
  const difference = fineness(a) - fineness(b);
  if (Math.abs(difference) < LEAST_DIFFERENCE) return undefined;
  return { margin: (a.margin - b.margin) / difference, size: (size(a) - size(b)) / difference };
}

function fineness({ variant, made }: Trial): number {
  return finenessOf(variant.format, made.quality);
}

function size({ made }: Trial): number {
  return Math.log(made.bytes);
}

function byDistance(a: Trial, b: Trial): number {
  return Math.abs(a.margin) - Math.abs(b.margin);
}

function believable(measured: number | undefined, typical: number): number {
  return Math.min(Math.max(measured ?? typical, LEAST_FACTOR * typical), GREATEST_FACTOR * typical);
}

function lowest(trials: readonly Trial[], by: (trial: Trial) => number): Trial | undefined {
  return trials.toSorted((a, b) => by(a) - by(b))[0];
}
