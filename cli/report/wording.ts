import type { Comparison } from '../../core/image/types.ts';

/** How similar two pictures are, best first. The contact sheet gives each grade a colour. */
export type Grade = 'excellent' | 'good' | 'fair' | 'poor';

/** A measure in plain words. */
export interface Verdict {
  grade: Grade;
  message: string;
}

/** Upper ends of the bands in dB, which the users of the pipeline are used to. */
const PSNR_BANDS = [
  { toDb: 20, grade: 'poor' },
  { toDb: 30, grade: 'fair' },
  { toDb: 40, grade: 'good' },
] as const;

interface Scale {
  /** The lowest SSIM with these words. Scales are sorted, the best first; the last entry has no limit. */
  from: number;
  words: string;
}

const LOSS_IN_ENCODING: readonly Scale[] = [
  { from: 0.99, words: 'the eye sees no difference' },
  { from: 0.95, words: 'differences hardly show' },
  { from: 0.9, words: 'small differences at a close look' },
  { from: 0.8, words: 'some differences show' },
  { from: -1, words: 'differences are obvious' },
];

/** A small picture can't hold the detail of a large one, so lower figures are normal here. */
const LOSS_IN_DOWNSIZING: readonly Scale[] = [
  { from: 0.95, words: 'nearly all detail is kept' },
  { from: 0.85, words: 'most of the detail is kept' },
  { from: 0.7, words: 'the finer detail is gone' },
  { from: -1, words: 'only the larger shapes are kept' },
];

const STRENGTH: readonly Scale[] = [
  { from: 0.995, words: 'Hardly changed' },
  { from: 0.97, words: 'A gentle edit' },
  { from: 0.9, words: 'A clear edit' },
  { from: -1, words: 'A strong edit' },
];

/** What encoding lost, in words. */
export function encodingVerdict(comparison: Comparison): Verdict {
  return verdict(comparison, LOSS_IN_ENCODING);
}

/** What downsizing lost, in words. */
export function downsizingVerdict(comparison: Comparison): Verdict {
  return verdict(comparison, LOSS_IN_DOWNSIZING);
}

/** How much the edit changed the picture, which is neither good nor bad. */
export function editWords({ identical, ssim }: Comparison): string {
  if (identical) return 'Unchanged';
  return ssim === null ? 'Too small for SSIM' : wordsFor(STRENGTH, ssim);
}

function verdict({ identical, psnrDb, ssim }: Comparison, scale: readonly Scale[]): Verdict {
  if (identical || psnrDb === null) return { grade: 'excellent', message: 'nothing was lost' };
  const grade = PSNR_BANDS.find(({ toDb }) => psnrDb <= toDb)?.grade ?? 'excellent';
  return { grade, message: ssim === null ? 'too small for SSIM' : wordsFor(scale, ssim) };
}

function wordsFor(scale: readonly Scale[], ssim: number): string {
  return scale.find(({ from }) => ssim >= from)?.words ?? '';
}
