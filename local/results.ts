import type { Comparison, SourceFacts } from '../core/image/types.ts';
import { type Output, outputsOf } from '../core/pipeline/outputs.ts';
import type { ENDED, ImageRecord } from '../core/record.ts';

/** One comparison in figures; both null where it was not made. `psnrDb` is null for identical pictures, too. */
export interface Measured {
  ssim: number | null;
  psnrDb: number | null;
}

/** How one input ended, as the `darkroom` command prints it. */
export interface ImageResult {
  /** As the user wrote it; below a folder, the folder and the path in it. */
  input: string;
  /** Null where the file could not even be read. */
  imageId: string | null;
  status: (typeof ENDED)[number];
  code: string | null;
  reason: string | null;
  outputs: {
    /** `processed`, or the clockwise degrees of a rotation. */
    variant: string;
    path: string;
    widthPx: number;
    heightPx: number;
    bytes: number;
    contentType: string;
  }[];
  quality: { encode: Measured; detail: Measured; enhance: Measured };
  timingsMs: { total: number; [step: string]: number };
}

/** A result, and what the table and the contact sheet tell about it besides. */
export interface ResultEntry {
  result: ImageResult;
  sourcePath: string;
  /** Absent where the file never got as far as its header. */
  facts?: SourceFacts;
  recipeName?: string;
}

/**
 * The result that a record of an ended run tells.
 *
 * @param pathOf where the file of an output is
 */
export function resultOf(record: ImageRecord, input: string, pathOf: (output: Output) => string): ImageResult {
  const { imageId, quality, reason, timingsMs } = record;
  return {
    input,
    imageId,
    status: record.state as ImageResult['status'],
    code: reason?.code ?? null,
    reason: reason?.sentence ?? null,
    outputs: outputsOf(record).map((output) => {
      const { variant, widthPx, heightPx, bytes, contentType } = output;
      return { variant, path: pathOf(output), widthPx, heightPx, bytes, contentType };
    }),
    quality: {
      encode: measured(quality?.encode),
      detail: measured(quality?.detail),
      enhance: measured(quality?.enhance),
    },
    timingsMs: { total: 0, ...timingsMs },
  };
}

/** The result of a file that could not be read at all, so that the catalog knows nothing of it. */
export function unreadResult(
  input: string,
  status: 'REJECTED' | 'FAILED',
  reason: { code: string; sentence: string },
): ImageResult {
  const none = measured(null);
  return {
    input,
    imageId: null,
    status,
    code: reason.code,
    reason: reason.sentence,
    outputs: [],
    quality: { encode: none, detail: none, enhance: none },
    timingsMs: { total: 0 },
  };
}

function measured(comparison: Comparison | null | undefined): Measured {
  return { ssim: comparison?.ssim ?? null, psnrDb: comparison?.psnrDb ?? null };
}
