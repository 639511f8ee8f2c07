import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EncodingTarget, targetOf } from '../../../../../core/image/output/encoding-target.ts';
import {
  ENCODING_VARIANTS,
  type EncodingVariant,
  finenessOf,
  qualityAt,
} from '../../../../../core/image/output/encoding-variants.ts';
import type { Trial } from '../../../../../core/image/output/forecast-encoding.ts';
import { firstRound, nextRound, type Plan } from '../../../../../core/image/output/plan-encodings.ts';
import { LOSSY_FORMATS } from '../../../../../core/recipe.ts';

const TARGET = targetOf({ format: 'jpeg', targetQuality: 80 });

/** A picture without pixels: how much each variant deviates from what is typical of it. */
interface Model {
  /** Of the margin, by variant. */
  difficulty: number[];
  /** How much the margin grows with fineness. */
  sensitivity: number;
  /** Of the size, by variant. */
  weight: number[];
}

function encode({ variant, quality }: Plan, model: Model, target: EncodingTarget): Trial {
  const index = ENCODING_VARIANTS.indexOf(variant);
  const { format, mozjpeg, chroma } = variant;
  const fineness = finenessOf(format, quality);
  const typical = (target.strictness - variant.strictness.ssimulacra2) / 1;
  const margin = model.sensitivity * (fineness - typical) - (model.difficulty[index] ?? 0);
  const bytes = Math.round(Math.exp(8 + 1.2 * margin + variant.relativeSize + (model.weight[index] ?? 0)));
  const made = { format, quality, mozjpeg, chroma, bytes, ssim: null, psnrDb: null, ssimulacra2: null };
  return { variant, made, margin, isEnough: margin >= 0 };
}

function search(variants: readonly EncodingVariant[], model: Model): Trial[] {
  const trials = firstRound(variants, TARGET).map((plan) => encode(plan, model, TARGET));
  for (;;) {
    const plans = nextRound(variants, trials, TARGET);
    if (plans.length === 0) return trials;
    trials.push(...plans.map((plan) => encode(plan, model, TARGET)));
  }
}

function smallest(trials: readonly Trial[]): number {
  return Math.min(...trials.filter(({ isEnough }) => isEnough).map(({ made }) => made.bytes));
}

function allTrials(variants: readonly EncodingVariant[], model: Model): Trial[] {
  const qualities = Array.from({ length: 100 }, (_, i) => i + 1);
  return variants.flatMap((variant) =>
    qualities.map((quality) => encode({ variant, quality }, model, TARGET)),
  );
}

const deviations = (by: number) =>
  fc.array(fc.double({ min: -by, max: by, noNaN: true }), { minLength: 6, maxLength: 6 });

describe('a search for', () => {
  const model = fc.record({
    difficulty: deviations(0.6),
    sensitivity: fc.double({ min: 0.6, max: 1.6, noNaN: true }),
    weight: deviations(0.15),
  });

  it.each([...LOSSY_FORMATS, 'auto'] as const)(
    '%s ends with at most 8 tries a format, none of them twice',
    (format) => {
      const variants = ENCODING_VARIANTS.filter((variant) => format === 'auto' || variant.format === format);
      fc.assert(
        fc.property(model, (picture) => {
          const trials = search(variants, picture);
          for (const each of LOSSY_FORMATS) {
            expect(trials.filter(({ variant }) => variant.format === each).length).toBeLessThanOrEqual(8);
          }
          const keys = trials.map(
            ({ variant, made }) => `${ENCODING_VARIANTS.indexOf(variant)} ${made.quality}`,
          );
          expect(new Set(keys).size).toBe(keys.length);
        }),
      );
    },
  );

  it.each(['webp', 'avif'] as const)('%s finds a file that no lower quality makes 1 %% smaller', (format) => {
    const variants = ENCODING_VARIANTS.filter((variant) => variant.format === format);
    fc.assert(
      fc.property(model, (picture) => {
        const best = smallest(allTrials(variants, picture));
        const excess = Number.isFinite(best) ? smallest(search(variants, picture)) / best : 1;
        expect(excess).toBeLessThanOrEqual(1.0101);
      }),
    );
  });

  it('JPEG finds a file where any reaches the target, of nearly the smallest size on average', () => {
    const variants = ENCODING_VARIANTS.filter(({ format }) => format === 'jpeg');
    const excesses = fc.sample(model, { numRuns: 3000, seed: 7 }).flatMap((picture) => {
      const best = smallest(allTrials(variants, picture));
      return Number.isFinite(best) ? [smallest(search(variants, picture)) / best - 1] : [];
    });
    expect(excesses.reduce((sum, excess) => sum + excess) / excesses.length).toBeLessThan(0.01);
    expect(Math.max(...excesses)).toBeLessThan(0.3);
  });
});

describe('the first round', () => {
  it('tries the usual encoding, and what typically reaches the target', () => {
    const plans = firstRound(ENCODING_VARIANTS, TARGET);
    expect(plans.map(({ variant, quality }) => [variant.mozjpeg, variant.chroma, quality])).toEqual([
      [false, '4:4:4', 90],
      [true, '4:2:0', expect.any(Number)],
    ]);
  });

  it.each(LOSSY_FORMATS)('of %s has its usual quality', (format) => {
    const variants = ENCODING_VARIANTS.filter((variant) => variant.format === format);
    expect(firstRound(variants, TARGET)[0]).toMatchObject({
      variant: { format, mozjpeg: false },
      quality: 90,
    });
  });

  it('tries one encoding where both are the same', () => {
    const [webp] = ENCODING_VARIANTS.filter(({ format }) => format === 'webp');
    if (webp === undefined) throw new Error('expected a variant of WebP');
    const strictness = webp.strictness.ssimulacra2 + finenessOf('webp', 90);
    expect(firstRound([webp], { ...TARGET, strictness })).toEqual([{ variant: webp, quality: 90 }]);
  });
});

describe('fineness', () => {
  it.each(LOSSY_FORMATS)('of %s grows with quality, and leads back to it', (format) => {
    for (let quality = 1; quality < 100; quality++) {
      expect(finenessOf(format, quality + 1)).toBeGreaterThan(finenessOf(format, quality));
      expect(qualityAt(format, finenessOf(format, quality), 1, 100)).toBe(quality);
    }
  });

  it('is met within the range of qualities that are left', () => {
    expect(qualityAt('jpeg', finenessOf('jpeg', 30), 40, 60)).toBe(40);
    expect(qualityAt('jpeg', finenessOf('jpeg', 90), 40, 60)).toBe(60);
  });
});
