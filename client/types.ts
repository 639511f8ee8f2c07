import type { Recipe, RecipeInput } from '../core/recipe.ts';

/** Shapes of the HTTP API and of live messages, as JSON carries them. Times are ISO 8601 in UTC. */

export type ImageState =
  | 'RECEIVED'
  | 'PROCESSING'
  | 'FANNED_OUT'
  | 'COMPLETE'
  | 'REJECTED'
  | 'FAILED'
  | 'DELETED';

export interface Reason {
  code: string;
  message: string;
}

export interface Comparison {
  ssim: number | null;
  psnrDb: number | null;
  identical: boolean;
}

/** A finished part, and where it is in the processed bucket. */
export interface OutputView {
  variant: string;
  bucket: string;
  key: string;
  widthPx: number;
  heightPx: number;
  bytes: number;
  contentType: string;
}

export interface Quality {
  encode: Comparison & { ssimulacra2: number | null };
  detail: Comparison | null;
  enhance: Comparison;
}

/** A class of ImageNet, and how likely the model thinks that the picture shows it. */
export interface Prediction {
  /** As in n02123045. */
  wordnetId: string;
  name: string;
  /** 0..1 */
  confidence: number;
  band: 'high' | 'medium' | 'low';
}

export type LabelMode = 'fast' | 'balanced' | 'accurate';

/** What the original shows, where the recipe asks. */
export interface LabelsView {
  outcome: 'recognised' | 'nothing-recognised' | 'unavailable' | 'pending';
  mode: LabelMode;
  minConfidence: number;
  predictions: Prediction[];
  model: string | null;
  modelSha256: string | null;
  /** Why the model gave no answer. */
  reason: Reason | null;
}

/** Up to 50 pictures: files of 4 MB in all, or images that are named. */
export interface ClassifyRequest {
  pictures: ({ base64: string } | { imageId: string } | { uploadId: string })[];
  mode?: LabelMode;
  minConfidence?: number;
}

export interface Classifications {
  mode: LabelMode;
  minConfidence: number;
  results: (
    | {
        outcome: 'recognised' | 'nothing-recognised';
        predictions: Prediction[];
        model: string;
        modelSha256: string;
      }
    | { error: Reason & { status: number } }
  )[];
}

/** An image and its current run. */
export interface ImageView {
  imageId: string;
  run: number;
  attempt: number;
  state: ImageState;
  revision: number;
  owner: string | null;
  fileName: string;
  album: string | null;
  /** In the camera's local time, with the offset where EXIF names one. */
  capturedAt: string | null;
  /** A placeholder of about 25 bytes, in base64. */
  thumbhash: string | null;
  /** When the image was moved to the trash. */
  deletedAt: string | null;
  /** Parts that are finished, of those that make the run complete; `expected` is null before the run starts. */
  progress: { finished: string[]; expected: string[] | null };
  source: {
    bucket: string;
    key: string;
    versionId: string;
    bytes: number;
    widthPx: number | null;
    heightPx: number | null;
    format: string | null;
  };
  outputs: OutputView[];
  warnings: string[];
  quality: Quality | null;
  /** What the search for a quality target chose; null where the recipe names a quality. */
  encoding: {
    format: string;
    quality: number;
    mozjpeg: boolean;
    chroma?: '4:4:4' | '4:2:0' | undefined;
    targetMet: boolean;
  } | null;
  /** Whether `GET /images/{imageId}/details` has EXIF, or a search of the encoder. */
  hasDetails: boolean;
  labels: LabelsView | null;
  recipe: string | null;
  timingsMs: Record<string, number>;
  computeMs: number;
  reason: Reason | null;
  createdAt: string;
  endedAt: string | null;
}

/** An earlier run of an image. */
export interface RunView {
  run: number;
  state: ImageState;
  recipe: string | null;
  startedAt: string | null;
  endedAt: string | null;
  reason: Reason | null;
  quality: Quality | null;
  /** The recipe of a run that took none of the named ones. */
  ownRecipe: Recipe | null;
}

export interface ImageDetail extends ImageView {
  ownRecipe: Recipe | null;
  history: RunView[];
}

export interface ImageQuery {
  state?: ImageState;
  recipe?: string;
  album?: string;
  from?: string;
  to?: string;
  /** A part of the file name. */
  name?: string;
  trash?: boolean;
  /** Administrators only. */
  all?: boolean;
  /** Administrators only. */
  owner?: string;
  cursor?: string;
  /** 1 to 200; 50 where absent. */
  limit?: number;
}

export interface ImagePage {
  /** May be empty although `next` is not null: filters apply after the read. */
  images: ImageView[];
  next: string | null;
  /** With the first page; null where it can't be counted cheaply. */
  total: { count: number; isExact: boolean } | null;
}

export interface Me {
  id: string;
  kind: 'user' | 'administrator' | 'machine' | 'laptop-owner';
  name: string | null;
  /** Of a machine. */
  scopes: ('upload' | 'read')[] | null;
}

export interface Limits {
  maxBytes: number;
  maxPixels: number;
  maxPages: number;
  trashDays: number;
  /** What one user may upload in a day (UTC); null: no limit. */
  uploadQuota?: { images: number; bytes: number } | null;
  /** What one user may export in a day (UTC); null: no limit. */
  exportQuota?: { files: number; bytes: number } | null;
  maxFilesPerRequest: number;
  /** The modes of classification, the default first; none where the deployment classifies nothing. */
  labelModes: LabelMode[];
}

export interface Album {
  album: string;
  images: number;
}

export interface NamedRecipeView {
  name: string;
  isDefault: boolean;
  recipe: Recipe;
}

export interface UploadDeclaration {
  name: string;
  /** The stored object has from 1 byte to this many. */
  bytes: number;
  type: string;
  recipe?: string;
  album?: string;
}

/** A presigned POST: send `fields`, then the file as the field `file`. */
export interface UploadForm {
  uploadId: string;
  key: string;
  name: string;
  url: string;
  fields: Record<string, string>;
  expiresAt: string;
}

/** `processed`, clockwise degrees, `original`, `thumb` or `view`. */
export interface LinkRequest {
  imageId: string;
  variant: string;
  download?: boolean;
}

export interface Link {
  imageId: string;
  variant: string;
  url: string;
  expiresAt: string;
}

export interface FailedLink {
  imageId: string;
  variant: string;
  problem: Problem;
}

export interface SignedLink {
  url: string;
  expiresAt: string;
}

export type BulkRequest =
  | { action: 'trash' | 'restore' | 'delete'; imageIds: string[] }
  | { action: 'reprocess'; imageIds: string[]; recipe: string | RecipeInput }
  | { action: 'move'; imageIds: string[]; album: string | null };

export interface BulkOutcome {
  imageId: string;
  status: number;
  problem?: Problem;
}

/** What is known of a preview. Of a draft, `detail` and `ssimulacra2` are null. */
export interface PreviewFacts {
  isDraft: boolean;
  widthPx: number;
  heightPx: number;
  bytes: number;
  quality: Quality;
}

/** What a recipe would make of an image. */
export interface Preview extends PreviewFacts {
  picture: Blob;
}

export interface TrendQuery {
  /** Days of uploads in UTC, both included, 92 at most; the last 30 where absent. */
  from?: string;
  to?: string;
  /** Administrators only. */
  all?: boolean;
  /** Administrators only. */
  owner?: string;
}

/** A tenth of the images have at most `p10`. */
export interface Spread {
  count: number;
  p10: number;
  median: number;
}

/** The images that were uploaded on a day and are COMPLETE by a recipe. */
export interface Trend {
  day: string;
  recipe: string;
  /** null: of everybody. */
  owner: string | null;
  images: number;
  /** `encodeSsim`, `encodePsnrDb`, `encodeScore` (SSIMULACRA2), `detailSsim`, …; without those that no image has. */
  measures: Record<string, Spread>;
}

/** What can be redriven; up to 100 of each kind. */
export interface Failures {
  images: ImageView[];
  /** Messages that nobody could read. */
  messages: {
    messageId: string;
    queue: string;
    bodyBytes: number;
    reason: Reason;
    recordedAt: string;
  }[];
  /** False where there are more. */
  isComplete: boolean;
}

export interface RedriveOutcome {
  id: string;
  status: number;
  problem?: Problem;
}

/** Images of a user, with links to the original and every output. */
export interface ExportPage {
  images: { image: ImageView; files: { variant: string; url: string; expiresAt: string }[] }[];
  next: string | null;
}

/** Images as a table by RFC 4180; the first page has a header. */
export interface CsvPage {
  csv: Blob;
  /** The cursor of the next page. */
  next: string | null;
}

/** `original`, `processed` or clockwise degrees. */
export interface ExportItem {
  imageId: string;
  variant: string;
}

/** Files that become one ZIP archive. Poll it until it is COMPLETE or FAILED. */
export interface ZipExport {
  exportId: string;
  state: 'WAITING' | 'RUNNING' | 'COMPLETE' | 'FAILED';
  items: number;
  /** In the archive so far. */
  files: number;
  /** Not there any more, or not yet; null until that is known. */
  leftOut: number | null;
  bytes: number | null;
  reason: Reason | null;
  createdAt: string;
  endedAt: string | null;
  /** Then the export and its archive are gone. */
  expiresAt: string;
  link: SignedLink | null;
}

/** RFC 9457. */
export interface Problem {
  type?: string;
  title?: string;
  status: number;
  code: string;
  detail?: string;
  /** The input that is wrong, as a path: `files.3.name`. */
  field?: string | undefined;
}

/** Good for one connection, within 30 s. */
export interface LiveTicket {
  ticket: string;
  url: string;
  expiresAt: string;
}

export interface LiveMessage {
  version: 1;
  type: 'image.progress' | 'image.ended' | 'image.changed';
  imageId: string;
  owner: string | null;
  run: number;
  attempt: number;
  revision: number;
  state: ImageState;
  finished: string[];
  reason: Reason | null;
  fileName: string;
}

export type { RecipeInput };
