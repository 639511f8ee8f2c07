import { type Cell, csvOf } from '../csv.ts';
import { isRecognised, type Prediction } from '../labels/classification.ts';
import type { ImageRecord } from '../pipeline/record.ts';

/** The columns of the table, and what each shows of an image. */
const COLUMNS: Readonly<Record<string, (record: ImageRecord) => Cell>> = {
  imageId: ({ imageId }) => imageId,
  fileName: ({ fileName }) => fileName,
  album: ({ album }) => album,
  owner: ({ owner }) => owner,
  state: ({ state }) => state,
  recipe: ({ recipe }) => recipe?.name,
  createdAt: ({ createdAt }) => createdAt,
  capturedAt: ({ capturedAt }) => capturedAt,
  endedAt: ({ endedAt }) => endedAt,
  bytes: ({ source }) => source.bytes,
  widthPx: ({ imageInfo }) => imageInfo?.widthPx,
  heightPx: ({ imageInfo }) => imageInfo?.heightPx,
  format: ({ imageInfo }) => imageInfo?.format,
  encodeSsim: ({ quality }) => quality?.encode.ssim,
  encodePsnrDb: ({ quality }) => quality?.encode.psnrDb,
  encodeScore: ({ quality }) => quality?.encode.ssimulacra2,
  detailSsim: ({ quality }) => quality?.detail?.ssim,
  label: (record) => recognised(record)?.name,
  labelConfidence: (record) => recognised(record)?.confidence,
  reason: ({ reason }) => reason?.code,
};

/** The first prediction, where it reaches the threshold of the recipe. */
function recognised({ labels, recipe }: ImageRecord): Prediction | undefined {
  const minConfidence = recipe?.recipe.labels?.minConfidence;
  if (minConfidence === undefined || labels === undefined || 'unavailable' in labels) return undefined;
  return isRecognised(labels, minConfidence) ? labels.predictions[0] : undefined;
}

/** A table of images by RFC 4180. */
export function imagesCsv(records: readonly ImageRecord[], { hasHeader }: { hasHeader: boolean }): string {
  const header = hasHeader ? [Object.keys(COLUMNS)] : [];
  const rows = records.map((record) => Object.values(COLUMNS).map((of) => of(record)));
  return csvOf([...header, ...rows]);
}
