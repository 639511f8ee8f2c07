import type { Readable } from 'node:stream';
import type { Principal } from './access.ts';
import type { Reason } from './errors.ts';
import type { ExportChange, ExportRecord, ExportState } from './exports/export-record.ts';
import type { PicturePart } from './image/parts.ts';
import type { Imaging, Quality } from './image/types.ts';
import type { Classification } from './labels/classification.ts';
import type { LabelMode } from './labels/models.ts';
import type { AlbumCount, ListCount, ListPage, ListPosition, ListQuery } from './listing.ts';
import type { QueueName, Variant } from './names.ts';
import type { CompletionEvent } from './pipeline/messages/completion.ts';
import type { LiveMessage } from './pipeline/messages/live.ts';
import type { ImageRecord, Part, Source, State, UnprocessableMessage } from './pipeline/record.ts';
import type { Recipe } from './recipe.ts';
import type { Amount, Settings } from './settings.ts';
import type { Trend, TrendQuery } from './trends/trends.ts';

/** An object, or one version of it. With an `etag`, only the content that has this ETag. */
export interface ObjectRef {
  bucket: string;
  key: string;
  versionId?: string | undefined;
  etag?: string | undefined;
}

export interface ObjectInfo {
  bytes: number;
  etag: string;
  /** ISO 8601. */
  modifiedAt: string;
  contentType: string;
  /** User metadata, by names in lower case. */
  metadata: Record<string, string>;
}

/** Objects by bucket and key. Every method throws TransientError while the store can't answer. */
export interface ObjectStore {
  /** Undefined where there is no such object or version. */
  head(ref: ObjectRef): Promise<ObjectInfo | undefined>;
  /** The whole object; undefined where there is no such object or version. */
  read(ref: ObjectRef): Promise<Buffer | undefined>;
  /**
   * Replaces the object at once: a reader gets the old bytes or the new ones, never a part.
   *
   * @param metadata user metadata in ASCII, by names in lower case
   */
  write(
    ref: { bucket: string; key: string },
    body: Buffer,
    contentType: string,
    metadata?: Record<string, string>,
  ): Promise<void>;
  /** Deletes that version, or every version where none is named. A missing object is no error. */
  delete(ref: ObjectRef): Promise<void>;
  /** Every version of every object in the bucket, in any order, without delete markers and folder markers. */
  versions(bucket: string): AsyncIterable<Source>;
}

/** Tasks for the workers, delivered at least once and in any order. */
export interface TaskQueue {
  /**
   * Returns when every body is stored.
   *
   * @throws TransientError when one could not be stored; others may have been stored
   */
  send(queue: QueueName, bodies: readonly string[]): Promise<void>;
  /** Messages that wait, are in progress or are delayed. May lag by a minute. */
  backlog(queue: QueueName): Promise<number>;
}

/** The conditions of a change. Each clause that is given must hold for the record. */
export interface Guard {
  run: number;
  states: readonly State[];
  attempt?: number;
  /** `dueAt` is exactly this. */
  dueAt?: string;
  startCountBelow?: number;
  repairsBelow?: number;
  /** All of these parts are finished. */
  finished?: readonly Variant[];
  published?: boolean;
  inTrash?: boolean;
  inAlbum?: boolean;
}

/** What a change does to a record, all at once. The catalog counts it in the record's revision. */
export interface Change {
  set?: Partial<Omit<ImageRecord, FixedField | 'revision' | 'source' | 'finished'>> & { source?: Source };
  remove?: readonly OptionalField[];
  /** Added to the counters. */
  add?: Partial<Record<'startCount' | 'repairs' | 'computeMs', number>>;
  /** Added to `finished`; a part of the same variant is replaced. */
  parts?: Record<Variant, Part>;
  /** Empties `finished`, before `parts` are added. */
  clearFinished?: true;
}

/** What an image keeps from its first record on. Its tombstone loses the owner and the name as well. */
type FixedField = 'imageId' | 'createdAt';

type OptionalField =
  | 'owner'
  | 'album'
  | 'capturedAt'
  | 'thumbhash'
  | 'thumb'
  | 'view'
  | 'deletedAt'
  | 'dueAt'
  | 'reason'
  | 'lastError'
  | 'endedAt'
  | 'publishedAt'
  | 'startedAt'
  | 'recipe'
  | 'expected'
  | 'imageInfo'
  | 'hasDetails'
  | 'warnings'
  | 'quality'
  | 'encoding'
  | 'labels'
  | 'timingsMs';

/**
 * One record an image, changed only under conditions. pipeline/transitions.ts builds the steps of the protocol from
 * `update`; an adapter knows conditions and fields, not the protocol. Every method throws TransientError while the
 * catalog can't answer.
 */
export interface Catalog {
  /** A consistent read. */
  get(imageId: string): Promise<ImageRecord | undefined>;
  /** False, without a change, where the image has a record already. */
  create(record: ImageRecord): Promise<boolean>;
  /** The record after the change; undefined, without a change, where the guard does not hold or there is no record. */
  update(imageId: string, guard: Guard, change: Change): Promise<ImageRecord | undefined>;
  /** Keeps an ended run beside the current one. Repeating it changes nothing. */
  archive(record: ImageRecord): Promise<void>;
  /** The archived runs of an image, oldest first. */
  history(imageId: string): Promise<ImageRecord[]>;
  /** Removes the archived runs of a deleted image, and what is known of its upload. Repeating it changes nothing. */
  forget(imageId: string, uploadId: string | undefined): Promise<void>;
  /** Ids of the records, in any state, whose `dueAt` is at or before `now` (ISO 8601). May lag: read before use. */
  due(now: string): AsyncIterable<string>;
  /** Ids of the records in state FAILED. May lag: read before use. */
  failed(): AsyncIterable<string>;
  /**
   * One page of a listing, after that position. Filters other than scope and dates may make it short, or even empty,
   * and still have a `next`: it reads at most {@link MAX_PAGE_READS} records. May lag by a second.
   *
   * @param limit 1..500
   */
  list(query: ListQuery, after: ListPosition | undefined, limit: number): Promise<ListPage>;
  /** How many images a listing has; null where the catalog can't count them cheaply. May lag by a second. */
  count(query: ListQuery): Promise<ListCount | null>;
  /** The albums of an owner that have images, by name. Images without an owner have albums of their own. */
  albums(owner: string | undefined): Promise<AlbumCount[]>;
  /**
   * Counts what somebody is about to use on a day, unless it would exceed the quota. Of requests at the same time, none
   * is forgotten. Days come in order: an earlier one is not counted any more.
   *
   * @param counter whose use of what
   * @returns false, without counting, where it would
   */
  countUse(counter: string, day: string, wanted: Amount, quota: Amount): Promise<boolean>;
  /** Keeps which image an upload through the API became. The first image stays. */
  putUpload(uploadId: string, upload: Upload): Promise<void>;
  /** Undefined until the upload has been received. */
  findUpload(uploadId: string): Promise<Upload | undefined>;
  /** Keeps an unprocessable message. Repeating it changes nothing. */
  putUnprocessableMessage(unprocessable: UnprocessableMessage): Promise<void>;
  unprocessableMessages(): AsyncIterable<UnprocessableMessage>;
  removeUnprocessableMessage(messageId: string): Promise<void>;
}

/** Publishes the end of a run at least once. Subscribers deduplicate by `eventId`. */
export interface EventPublisher {
  publish(event: CompletionEvent): Promise<void>;
}

/** How a browser treats what a link leads to. */
export interface LinkOptions {
  /** The name under which a browser stores it (`Content-Disposition: attachment`). Without one, browsers show it. */
  downloadName?: string;
}

/** Signs links to objects for people and programs without credentials of their own. */
export interface LinkSigner {
  sign(
    ref: { bucket: string; key: string; versionId?: string | undefined },
    options?: LinkOptions,
  ): Promise<{ url: string; expiresAt: string }>;
}

/** The image that an upload through the API became. */
export interface Upload {
  imageId: string;
  owner: string;
}

/** What an upload form admits: exactly this key, type and metadata, and from 1 to `maxBytes` bytes. */
export interface UploadGrant {
  key: string;
  contentType: string;
  maxBytes: number;
  /** User metadata of the object: `recipe` and `album`. */
  metadata: Record<string, string>;
}

/** A presigned POST: a form with these fields, then the file as the field `file`. */
export interface SignedForm {
  url: string;
  fields: Record<string, string>;
  expiresAt: string;
}

/** Signs forms for uploads into the source bucket. */
export interface UploadSigner {
  sign(grant: UploadGrant): Promise<SignedForm>;
}

/** Sends live messages. Best effort: it neither throws nor takes longer than 200 ms. */
export interface Progress {
  publish(message: LiveMessage): Promise<void>;
}

/** Tickets for live updates: good for one connection, within 30 s. */
export interface LiveTickets {
  /** @param watch `all` watches the images of everybody */
  issue(
    principal: Principal,
    watch: { all: boolean },
  ): Promise<{ ticket: string; url: string; expiresAt: string }>;
}

/** Reads how the measures of images develop. */
export interface TrendReader {
  /** The trends of up to 92 days, by day and recipe. Where they are kept, they may lag by an hour. */
  read(query: TrendQuery): Promise<Trend[]>;
}

/** Keeps trends by day, where they are not calculated when asked for. */
export interface TrendStore {
  /** All trends of a day, of every owner and of everybody. What the day had before is gone. */
  replaceDay(day: string, trends: readonly Trend[]): Promise<void>;
  touchedDays(): Promise<string[]>;
  forgetTouched(day: string): Promise<void>;
}

/** Notes of which day an image is processed again or deleted, so that its trends are written anew. */
export interface TrendMarks {
  touch(day: string): Promise<void>;
}

/** Exports of files, by id. Every method throws TransientError while the store can't answer. */
export interface ExportStore {
  /** Keeps a new export. */
  put(record: ExportRecord): Promise<void>;
  /** A consistent read. */
  get(exportId: string): Promise<ExportRecord | undefined>;
  /** The export after the change; undefined, without a change, where it is in none of these states, or gone. */
  update(
    exportId: string,
    from: readonly ExportState[],
    change: ExportChange,
  ): Promise<ExportRecord | undefined>;
  /** Notes, before its archive is made, which images it will hold. Repeating it changes nothing. */
  hold(record: ExportRecord): Promise<void>;
  /** Ids of the exports that were noted to hold the image; also of some that do so no longer. A consistent read. */
  holding(imageId: string): Promise<string[]>;
}

/** Objects that are too large for the memory. Both methods throw TransientError while the store can't answer. */
export interface ObjectStreams {
  /**
   * The content of an object, read as fast as it is used; undefined where there is no such object or version. The
   * iterable throws TransientError where the rest can't be read.
   */
  open(ref: ObjectRef): Promise<AsyncIterable<Uint8Array> | undefined>;
  /**
   * Replaces the object at once, when all bytes have come. A reader never gets a part.
   *
   * @param bytes exactly how many there are
   * @throws the body's own error, where it ends with one; the object is then as it was
   */
  store(
    ref: { bucket: string; key: string },
    body: Readable,
    bytes: number,
    contentType: string,
  ): Promise<void>;
}

/** What the making of an archive needs. */
export interface ExportPorts extends Pick<Ports, 'catalog' | 'objects' | 'clock' | 'settings'> {
  exports: ExportStore;
  streams: ObjectStreams;
}

export interface Clock {
  now(): Date;
}

/** Everything that a use case may call. */
export interface Ports {
  objects: ObjectStore;
  queue: TaskQueue;
  catalog: Catalog;
  publisher: EventPublisher;
  links: LinkSigner;
  /** The archives that may hold an image. */
  exports: Pick<ExportStore, 'update' | 'holding'>;
  /** Without it, trends are calculated when asked for. */
  trendMarks?: TrendMarks;
  clock: Clock;
  settings: Settings;
}

/** Work on pixels that a request waits for. On AWS another function does it, so that the API carries no image library. */
export interface Pixels {
  /**
   * Makes the large preview of an image's current run, unless it has one.
   *
   * @returns the record with its `view`
   * @throws ConflictError where the image can't be shown; TransientError
   */
  makeView(record: ImageRecord): Promise<ImageRecord>;
  /**
   * Makes the processed picture of a recipe, and stores none of it.
   *
   * @throws ConflictError where the source is gone; UnprocessableImageError where the recipe can't be applied to it, or
   *   the picture is too large to be sent; TransientError
   */
  tryRecipe(record: ImageRecord, trial: Trial): Promise<TriedPicture>;
  /**
   * Says what pictures show.
   *
   * @returns an outcome for each, in their order
   * @throws NotFoundError where the deployment does not classify; TransientError
   */
  classify(pictures: readonly PictureSource[], mode: LabelMode): Promise<PictureOutcome[]>;
}

/** A picture to classify: its bytes, or an object. */
export type PictureSource = { bytes: Uint8Array } | { source: ObjectRef };

/** What a picture shows, or why it can't be read, ever. */
export type PictureOutcome = Classification | { problem: Reason };

/** What is tried on an image. */
export interface Trial {
  recipe: Recipe;
  /** Start from the view, which is quick, instead of the original. */
  isDraft: boolean;
}

/** What came of a trial. Its `detail` is null in a draft, as the original was not looked at. */
export interface TriedPicture {
  bytes: Uint8Array<ArrayBuffer>;
  contentType: string;
  widthPx: number;
  heightPx: number;
  quality: Quality;
  isDraft: boolean;
}

/** A line for the record of who did what: what was deleted, restored, exported or sent again, and by whom. */
export interface AuditLine {
  action: 'trash' | 'restore' | 'delete' | 'reprocess' | 'redrive' | 'export';
  imageId?: string;
  /** Of an unprocessable message. */
  messageId?: string;
  owner: string | undefined;
  principal: Principal;
}

/** The ports of use cases that people reach through the HTTP API. They read and write no object. */
export interface ApiPorts extends Ports {
  uploads: UploadSigner;
  tickets: LiveTickets;
  progress: Progress;
  pixels: Pixels;
  trends: TrendReader;
  exports: ExportStore;
  audit(line: AuditLine): void;
}

/** The ports of use cases that handle pixels. Other use cases load no image code. */
export interface WorkerPorts extends Ports {
  imaging: Imaging;
  /** Where several images share one memory; a worker that has one image at a time needs none. */
  admission?: Admission;
  /** Without it, nobody watches. */
  progress?: Progress;
}

/** Says what pictures show. */
export interface Classifier {
  /**
   * @param input as {@link Imaging.labelInput} returns it for the mode
   * @throws InvalidInputError where the model of the mode is missing, or not what it should be
   */
  classify(input: Uint8Array, mode: LabelMode): Promise<Classification>;
}

/** The ports of the worker that classifies. It handles no other pixels. */
export interface LabelPorts extends Ports {
  classifier: Classifier;
  progress?: Progress;
}

/** Lets the work on images begin while there is memory for it. Time that is spent waiting is not compute. */
export interface Admission {
  /**
   * Processes an image once there is room for it.
   *
   * @throws PermanentError when its header says that it can't be processed, ever
   */
  process<T>(image: { bytes: Buffer; recipe: Recipe }, work: () => Promise<T>): Promise<T>;
  /** Makes a part once there is room for it. */
  render<T>(
    part: { intermediate: Buffer; part: PicturePart; recipe: Recipe },
    work: () => Promise<T>,
  ): Promise<T>;
}
