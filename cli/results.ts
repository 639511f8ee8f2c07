import type { Comparison, ImageInfo } from '../core/image/types.ts';
import { outputsOf } from '../core/pipeline/outputs.ts';
import type { ENDED, ImageRecord } from '../core/pipeline/record.ts';
import type { Images } from '../local/worker/images.ts';

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
  info?: ImageInfo;
  recipeName?: string;
}

/**
 * What the record of an ended run tells, the files of its outputs found in the store.
 *
 * @throws TransientError where the store can't answer
 */
export async function entryOf(
  images: Pick<Images, 'pathOf'>,
  record: ImageRecord,
  { input, sourcePath }: { input: string; sourcePath: string },
): Promise<ResultEntry> {
  const { imageId, quality, reason, timingsMs, imageInfo, recipe } = record;
  const outputs = await Promise.all(
    outputsOf(record).map(async ({ variant, key, widthPx, heightPx, bytes, contentType }) => {
      return { variant, path: await images.pathOf(key), widthPx, heightPx, bytes, contentType };
    }),
  );
  const result: ImageResult = {
    input,
    imageId,
    status: record.state as ImageResult['status'],
    code: reason?.code ?? null,
    reason: reason?.message ?? null,
    outputs,
    quality: {
      encode: measured(quality?.encode),
      detail: measured(quality?.detail),
      enhance: measured(quality?.enhance),
    },
    timingsMs: { total: 0, ...timingsMs },
  };
  return {
    result,
    sourcePath,
    ...(imageInfo && { info: imageInfo }),
    ...(recipe && { recipeName: recipe.name }),
  };
}

/** The result of a file that could not be read at all, so that the catalog knows nothing of it. */
export function unreadResult(
  input: string,
  status: 'REJECTED' | 'FAILED',
  reason: { code: string; message: string },
): ImageResult {
  const none = measured(null);
  return {
    input,
    imageId: null,
    status,
    code: reason.code,
    reason: reason.message,
    outputs: [],
    quality: { encode: none, detail: none, enhance: none },
    timingsMs: { total: 0 },
  };
}

function measured(comparison: Comparison | null | undefined): Measured {
  return { ssim: comparison?.ssim ?? null, psnrDb: comparison?.psnrDb ?? null };
}
