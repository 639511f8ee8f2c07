import {
  ANSWER_MS,
  grown,
  HANDLER_MS,
  LAMBDA_FACTOR,
  MB_PER_MEGAPIXEL,
  READ_MB_PER_S,
  type RecipeMeasures,
} from './measured.ts';
import { DEFAULTS } from './per-deployment.ts';
import type { ImageCounts } from './per-image.ts';

/** The average time that Lambda bills for an image, in milliseconds. */
export interface Durations {
  processorMs: number;
  /** Of one heavy part. */
  partMs: number;
}

/** Megapixels of a JPEG photo of that size. Larger photos are rejected before they cost anything significant. */
export function megapixelsOf(megabytes: number): number {
  return Math.min(megabytes / MB_PER_MEGAPIXEL, DEFAULTS.maxMegapixels);
}

/**
 * The sum of the work on pixels, the work of the handler, and the time that AWS needs to answer.
 *
 * @param computeMs the average work on pixels per image by all workers, from completion events; it replaces the
 *   measurements
 */
export function durationsOf(
  measures: RecipeMeasures,
  counts: ImageCounts,
  megabytes: number,
  computeMs?: number,
): Durations {
  const megapixels = megapixelsOf(megabytes);
  const processMs = grown(measures.processMs, megapixels);
  const partPixelsMs = grown(measures.partMs, megapixels);
  const inLambda =
    computeMs === undefined ? LAMBDA_FACTOR : computeMs / (processMs + counts.parts * partPixelsMs);
  const closingMs = 2 * ANSWER_MS.dynamoDb + ANSWER_MS.sns;
  const isClosedByProcessor = counts.parts === 0;
  return {
    processorMs:
      inLambda * processMs +
      LAMBDA_FACTOR * HANDLER_MS.processor +
      // Looks at the object and reads it; the outputs are written at the same time.
      3 * ANSWER_MS.s3 +
      (megabytes / READ_MB_PER_S) * 1000 +
      // Read, created, claimed, recorded, fanned out.
      5 * ANSWER_MS.dynamoDb +
      (isClosedByProcessor ? closingMs : ANSWER_MS.sqs),
    partMs: isClosedByProcessor
      ? 0
      : inLambda * partPixelsMs +
        LAMBDA_FACTOR * HANDLER_MS.part +
        2 * ANSWER_MS.s3 +
        2 * ANSWER_MS.dynamoDb +
        closingMs / counts.parts,
  };
}
