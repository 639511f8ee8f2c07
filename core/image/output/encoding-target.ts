import type { LossyFormat, QualityTarget, SsimTarget, TargetOutput } from '../../recipe.ts';
import type { EncodeComparison } from '../types.ts';

/** What an encoded picture must reach. */
export interface EncodingTarget {
  measure: 'ssim' | 'ssimulacra2';
  /** −ln of the loss that the target allows. */
  strictness: number;
  lowestQuality: Readonly<Record<LossyFormat, number>>;
  isReachedBy(measured: EncodeComparison): boolean;
  /** ln of the allowed loss over the measured one: under 0 where the target is missed. */
  marginOf(measured: EncodeComparison): number;
}

export function targetOf(output: TargetOutput): EncodingTarget {
  return 'targetQuality' in output ? qualityTarget(output) : ssimTarget(output);
}

function qualityTarget({ targetQuality }: QualityTarget): EncodingTarget {
  const strictness = strictnessOf(100 - targetQuality, LEAST_SCORE_LOSS);
  return {
    measure: 'ssimulacra2',
    strictness,
    lowestQuality: { jpeg: 1, webp: 1, avif: 1 },
    isReachedBy: ({ ssimulacra2 }) => ssimulacra2 !== null && ssimulacra2 >= targetQuality,
    marginOf: ({ ssimulacra2 }) => strictnessOf(100 - (ssimulacra2 ?? 0), LEAST_SCORE_LOSS) - strictness,
  };
}

/**
 * SSIM on grey sees no colour, and a smooth picture keeps it when it breaks into blocks. So a file must also reach a
 * PSNR over RGB, at a quality at which such blocks hardly show.
 */
const MIN_PSNR_DB = 30;
const MIN_SSIM_QUALITY = { jpeg: 40, webp: 40, avif: 30 } as const;

function ssimTarget({ targetSsim }: SsimTarget): EncodingTarget {
  const strictness = strictnessOf(1 - targetSsim, LEAST_SSIM_LOSS);
  return {
    measure: 'ssim',
    strictness,
    lowestQuality: MIN_SSIM_QUALITY,
    isReachedBy: ({ ssim, psnrDb, identical }) =>
      identical || ((ssim ?? 0) >= targetSsim && (psnrDb ?? 0) >= MIN_PSNR_DB),
    marginOf: ({ ssim, psnrDb }) =>
      Math.min(
        strictnessOf(1 - (ssim ?? 0), LEAST_SSIM_LOSS) - strictness,
        psnrDb === null ? Number.POSITIVE_INFINITY : ((psnrDb - MIN_PSNR_DB) * Math.LN10) / 10,
      ),
  };
}

/** Smaller losses count as these, since 0 has no logarithm. */
const LEAST_SCORE_LOSS = 1e-3;
const LEAST_SSIM_LOSS = 1e-6;

function strictnessOf(loss: number, least: number): number {
  return -Math.log(Math.max(loss, least));
}
