import type { Reason } from '../errors.ts';
import type { Comparison, EncodeComparison, Encoding, ImageInfo, Quality } from '../image/types.ts';
import type { Classification } from '../labels/classification.ts';
import { fileNameOf, type SourceRef, type Variant } from '../names.ts';
import type { NamedRecipe, OutputFormat } from '../recipe.ts';

/** States in which the processor may start a run. */
export const STARTABLE = ['RECEIVED', 'PROCESSING'] as const;
export const UNDER_WAY = [...STARTABLE, 'FANNED_OUT'] as const;
export const ENDED = ['COMPLETE', 'REJECTED', 'FAILED'] as const;

/** `DELETED` is a tombstone: it is never published and never left. */
export type State = (typeof UNDER_WAY)[number] | (typeof ENDED)[number] | 'DELETED';

/** An upload, as its event or the source bucket describes it. */
export interface Source extends SourceRef {
  bytes: number;
  /** ISO 8601. LastModified once the processor has read the object's head; before that, the time of its event. */
  modifiedAt: string;
}

/** A finished part: an output, or the labels, which the record holds beside it. */
export type Part = MadePicture | MadeLabels;

interface MadeLabels {
  /** Whole milliseconds of work that made it, by the clock; 0 where it came with the processed picture. */
  computeMs: number;
}

/** A finished output. Its key is not stored: it follows from the record (see outputs.ts). */
export interface MadePicture extends MadeLabels {
  widthPx: number;
  heightPx: number;
  bytes: number;
  format: OutputFormat;
}

export function isPicture(part: Part): part is MadePicture {
  return 'format' in part;
}

/** What a model says of the original, or why none could say anything. */
export type Labels = Classification | { unavailable: Reason };

export interface Thumb {
  widthPx: number;
  heightPx: number;
  bytes: number;
}

/** What was measured of the processed picture. Earlier releases recorded no SSIMULACRA2. */
export interface RecordedQuality extends Omit<Quality, 'encode'> {
  encode: Comparison & Partial<EncodeComparison>;
}

/** Why a run ended, or why the last try of a worker failed. */
export interface RecordedReason extends Reason {
  worker?: string;
  at: string;
}

/** The catalog's record of an image: its current run. Under 2 KB; times are ISO 8601, UTC. */
export interface ImageRecord {
  imageId: string;
  run: number;
  /** Counts redrives of this run; the first is 1. */
  attempt: number;
  state: State;
  /** Counts every change of the record; 1 when it is made. The catalog counts, so that no step can forget it. */
  revision: number;
  source: Source;
  owner?: string;
  /** What people call the upload: the end of its key, at most 255 characters. */
  fileName: string;
  /** The shoot that it belongs to, as named at upload or by the inbox folder. */
  album?: string;
  /** When the shot was taken, in the camera's local time; with the offset where EXIF names one. */
  capturedAt?: string;
  /** A blurred picture of 25 bytes or fewer, base64, for the time until a thumbnail is there. */
  thumbhash?: string;
  /** The thumbnail of the current run. Its key follows from the record. */
  thumb?: Thumb;
  /** The large preview of the current run, once somebody has asked for it. */
  view?: Thumb;
  /** In the trash since. Nothing else about the image changes until the trash is emptied. */
  deletedAt?: string;
  /** Resolved and frozen when the run starts; absent before. */
  recipe?: NamedRecipe;
  /** The variants that make the run complete; absent before it starts. */
  expected?: Variant[];
  /** A set by variant, never a counter: a repeated part changes nothing. */
  finished: Record<Variant, Part>;
  /** Starts that have had no outcome yet. */
  startCount: number;
  /** Repairs of this attempt, by the sweeper or for a missing intermediate. */
  repairs: number;
  /** When the sweeper should look; absent once the end has been published. */
  dueAt?: string;
  imageInfo?: ImageInfo;
  /** Whether the current run has details beside its outputs: EXIF, or the trace of the encoder. */
  hasDetails?: true;
  /** What is odd about the file and cost no pixel; absent where nothing is. */
  warnings?: string[];
  quality?: RecordedQuality;
  /**
   * Whole milliseconds of work on pixels in this run, by the clock. Failed tries count as well; a worker that was
   * killed could not add its own.
   */
  computeMs: number;
  /** What the search for a target found; absent where the recipe names a quality. */
  encoding?: Encoding & { targetMet: boolean };
  /** What the original shows; absent where the recipe does not ask, and until a worker has answered. */
  labels?: Labels;
  timingsMs?: Record<string, number>;
  /** Why it was REJECTED or FAILED. */
  reason?: RecordedReason;
  /** The last transient error of a run under way. */
  lastError?: RecordedReason;
  createdAt: string;
  startedAt?: string;
  endedAt?: string;
  publishedAt?: string;
}

/** A record as the catalog keeps it. Releases before the HTTP API counted no changes and named no file. */
export type StoredRecord = Omit<ImageRecord, 'revision' | 'fileName'> &
  Partial<Pick<ImageRecord, 'revision' | 'fileName'>>;

/** A stored record, of whatever release, as this one knows it. */
export function readRecord(stored: StoredRecord): ImageRecord {
  const { revision = 0, fileName = fileNameOf(stored.source.key) } = stored;
  return { ...stored, revision, fileName };
}

/** A dead-letter message that can't be read, or is about no image that we know. */
export interface UnprocessableMessage {
  messageId: string;
  queue: string;
  /** The message; only its start where `bodyBytes` is larger, so that the catalog can hold it. */
  body: string;
  bodyBytes: number;
  reason: RecordedReason;
}

export function isStartable(record: ImageRecord): boolean {
  return (STARTABLE as readonly State[]).includes(record.state);
}

export function hasEnded(record: ImageRecord): boolean {
  return (ENDED as readonly State[]).includes(record.state);
}

export function isUnderWay(record: ImageRecord): boolean {
  return (UNDER_WAY as readonly State[]).includes(record.state);
}
