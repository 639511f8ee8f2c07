import * as z from 'zod';

/** How sure a prediction is. */
export const BANDS = ['high', 'medium', 'low'] as const;
export type Band = (typeof BANDS)[number];

/** Predictions that are kept of each picture. */
const TOP = 5;

/** Below this confidence of its first prediction, a picture counts as not recognised. */
export const DEFAULT_MIN_CONFIDENCE = 0.3;

const HIGH_FROM = 0.8;
const MEDIUM_FROM = 0.6;

export const predictionSchema = z
  .strictObject({
    wordnetId: z.string().describe('The WordNet id of the class, as in n02123045'),
    name: z.string(),
    confidence: z.number().min(0).max(1),
    band: z.enum(BANDS).describe('high from 0.8, medium from 0.6, else low'),
  })
  .meta({ id: 'Prediction' });

export type Prediction = z.infer<typeof predictionSchema>;

/** A class that a model tells apart. */
export interface LabelClass {
  wordnetId: string;
  name: string;
}

/** What a model says of one picture. */
export interface Classification {
  model: string;
  /** Of the model's file, 64 hex digits. */
  sha256: string;
  /** The {@link TOP} classes of highest probability, highest first. */
  predictions: Prediction[];
}

/** Whether the first prediction reaches the threshold; otherwise nothing was recognised. */
export function isRecognised({ predictions }: Pick<Classification, 'predictions'>, minConfidence: number) {
  return (predictions[0]?.confidence ?? 0) >= minConfidence;
}

/**
 * The classes of highest probability. Of equal ones, the first class comes first.
 *
 * @param logits one for each class
 * @throws RangeError where one is not finite
 */
export function topPredictions(logits: Float32Array, classes: readonly LabelClass[]): Prediction[] {
  if (!logits.every(Number.isFinite)) throw new RangeError('expected finite logits of the model');
  const confidences = softmax(logits);
  return Array.from(confidences.keys())
    .sort((a, b) => (confidences[b] as number) - (confidences[a] as number) || a - b)
    .slice(0, TOP)
    .map((index) => {
      const confidence = confidences[index] as number;
      return { ...(classes[index] as LabelClass), confidence, band: bandOf(confidence) };
    });
}

function softmax(logits: Float32Array): Float64Array {
  const most = logits.reduce((a, b) => Math.max(a, b));
  const powers = Float64Array.from(logits, (logit) => Math.exp(logit - most));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}

function bandOf(confidence: number): Band {
  if (confidence >= HIGH_FROM) return 'high';
  return confidence >= MEDIUM_FROM ? 'medium' : 'low';
}
