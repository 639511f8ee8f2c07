import { LABELS, PREFIXES, thumbKey } from '../../core/names.ts';
import type { CompletionEvent } from '../../core/pipeline/messages/completion.ts';
import { asStarted, outputKey, picturesOfRun, type StartedRecord } from '../../core/pipeline/outputs.ts';
import { hasEnded, type ImageRecord, isPicture, isUnderWay, type State } from '../../core/pipeline/record.ts';
import { itemBytesOf } from '../support/item-bytes.ts';
import { expectedLabels, formatOf, partBytes, thumbnailBytes } from '../support/simulated/imaging.ts';
import { SETTINGS } from '../support/simulated/settings.ts';

/** The states that may follow each state within one run and attempt. */
const MOVES: Record<State, readonly State[]> = {
  RECEIVED: ['PROCESSING', 'COMPLETE', 'REJECTED', 'FAILED', 'DELETED'],
  PROCESSING: ['FANNED_OUT', 'COMPLETE', 'REJECTED', 'FAILED', 'DELETED'],
  FANNED_OUT: ['RECEIVED', 'COMPLETE', 'REJECTED', 'FAILED', 'DELETED'],
  COMPLETE: ['DELETED'],
  REJECTED: ['DELETED'],
  FAILED: ['DELETED'],
  DELETED: [],
};

const TRASH_MS = SETTINGS.trashDays * 86_400_000;

/** What the invariants compare: the bytes under a key of the processed bucket, and of an image's upload. */
export interface Evidence {
  output(key: string): Buffer | undefined;
  upload(imageId: string): Buffer | undefined;
  /** Whether somebody has asked to delete the image for good. */
  isDeletionAsked(imageId: string): boolean;
  now(): number;
}

/** The invariants of the pipeline, checked at every effect. Each violation is kept as a message. */
export class Invariants {
  readonly violations: string[] = [];
  private readonly evidence: Evidence;
  /** Every end of a run that the catalog has ever held, as `imageId/run/attempt/state`. */
  private readonly ends = new Set<string>();
  /** Event ids by `imageId/run/attempt`. */
  private readonly events = new Map<string, string>();

  constructor(evidence: Evidence) {
    this.evidence = evidence;
  }

  onRecord(before: ImageRecord | undefined, after: ImageRecord): void {
    if (hasEnded(after)) this.ends.add(endOf(after));
    if (before) this.checkMove(before, after);
    if (after.state === 'COMPLETE' && before?.state !== 'COMPLETE') this.checkOutputs(after);
    if (itemBytesOf(after) > 2048) this.broken(after, 'its record is over 2 KB');
  }

  onPublish(event: CompletionEvent): void {
    const ended = {
      'image.completed': 'COMPLETE',
      'image.rejected': 'REJECTED',
      'image.failed': 'FAILED',
    } as const;
    const { imageId, run, attempt } = event;
    const end = `${imageId}/${run}/${attempt}/${ended[event.type]}`;
    if (!this.ends.has(end)) this.broken(event, `${event.type} was published before the catalog held it`);
    const known = this.events.get(`${imageId}/${run}/${attempt}`);
    if (known !== undefined && known !== event.eventId)
      this.broken(event, 'two different ends of one attempt were published');
    this.events.set(`${imageId}/${run}/${attempt}`, event.eventId);
  }

  /** Checks a record when nothing is left to do. */
  checkAtRest(record: ImageRecord): void {
    if (isUnderWay(record)) this.broken(record, `it stays ${record.state} for ever`);
    if (record.dueAt !== undefined) this.broken(record, `something is due for ever; it is ${record.state}`);
    if (record.deletedAt !== undefined) this.broken(record, 'it stays in the trash for ever');
    const { state, source, fileName, owner, recipe } = record;
    const told = [source.key, fileName, owner, recipe?.name].filter((text) => text);
    if (state === 'DELETED' && told.length > 0) this.broken(record, `its tombstone still says ${told}`);
    if (record.state === 'COMPLETE') this.checkOutputs(record);
    if (hasEnded(record) && !this.events.has(`${record.imageId}/${record.run}/${record.attempt}`)) {
      this.broken(record, 'its end was never published');
    }
  }

  broken(subject: { imageId: string }, how: string): void {
    this.violations.push(`image ${subject.imageId.slice(0, 8)}: ${how}`);
  }

  /** An image is deleted where somebody asks for it, or where it has been in the trash for long enough. */
  private checkDeletion(before: ImageRecord): void {
    if (this.evidence.isDeletionAsked(before.imageId)) return;
    const { deletedAt, publishedAt } = before;
    const sinceMs = deletedAt === undefined ? -1 : this.evidence.now() - new Date(deletedAt).getTime();
    if (sinceMs < TRASH_MS) this.broken(before, `it was deleted, and in the trash for ${sinceMs} ms`);
    if (publishedAt === undefined) this.broken(before, 'it was deleted before its end was published');
  }

  private checkMove(before: ImageRecord, after: ImageRecord): void {
    if (after.revision !== before.revision + 1) this.broken(after, 'its revision does not count a change');
    if (after.state === 'DELETED' && before.state !== 'DELETED') this.checkDeletion(before);
    if (after.run !== before.run) {
      const orderly = after.run === before.run + 1 && hasEnded(before) && before.publishedAt !== undefined;
      if (!orderly) this.broken(after, `run ${after.run} began while run ${before.run} was ${before.state}`);
    } else if (after.attempt !== before.attempt) {
      const orderly = after.attempt === before.attempt + 1 && before.state === 'FAILED' && before.publishedAt;
      if (!orderly) this.broken(after, `attempt ${after.attempt} began from ${before.state}`);
    } else if (after.state !== before.state && !MOVES[before.state].includes(after.state)) {
      this.broken(after, `it went from ${before.state} to ${after.state}`);
    }
  }

  /** A COMPLETE run that asked for labels has an answer about its own picture, or says that there is none. */
  private checkLabels(record: StartedRecord, source: Buffer): void {
    const { recipe, finished, labels } = record;
    if (recipe.recipe.labels === undefined) {
      if (labels !== undefined) this.broken(record, 'it has labels that nobody asked for');
    } else if (labels === undefined || finished[LABELS] === undefined) {
      this.broken(record, 'it is COMPLETE without an answer of the model');
    } else if (!('unavailable' in labels) && labels.sha256 !== expectedLabels(source)) {
      this.broken(record, 'its labels are those of another picture');
    }
  }

  private checkOutputs(record: ImageRecord): void {
    const started = asStarted(record);
    const source = this.evidence.upload(record.imageId);
    if (!source) {
      this.broken(record, 'it is COMPLETE without an upload');
      return;
    }
    const preview = this.evidence.output(thumbKey(record.imageId, record.run));
    if (record.thumb && !preview?.equals(thumbnailBytes(source)))
      this.broken(record, 'its thumbnail is not there');
    this.checkLabels(started, source);
    const { recipe } = started.recipe;
    for (const part of picturesOfRun(started)) {
      const { variant } = part;
      const expected = partBytes(source, part, recipe);
      const found = this.evidence.output(outputKey(started, part, formatOf(recipe)));
      if (!found?.equals(expected))
        this.broken(record, `it is COMPLETE, but its output ${variant} is not there`);
      const made = record.finished[variant];
      if (!made || !isPicture(made) || made.bytes !== expected.length)
        this.broken(record, `its part ${variant} is not what was written`);
    }
  }
}

/** Whether a key of the processed bucket belongs to the image: it has the whole id, or the start of it in its name. */
export function belongsTo(key: string, imageId: string): boolean {
  const { intermediate, details, previews } = PREFIXES;
  const own = [intermediate, details, previews].some((prefix) => key.startsWith(prefix));
  return key.includes(own ? imageId : imageId.slice(0, 16));
}

function endOf({ imageId, run, attempt, state }: ImageRecord): string {
  return `${imageId}/${run}/${attempt}/${state}`;
}
