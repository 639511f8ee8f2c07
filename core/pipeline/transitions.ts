import { fileNameOf, imageIdOf, ownerOf, uploadIdOf } from '../names.ts';
import type { Change, Guard, Ports } from '../ports.ts';
import { missingVariants, type StartedRecord } from './outputs.ts';
import {
  ENDED,
  hasEnded,
  type ImageRecord,
  type Part,
  type RecordedReason,
  type Source,
  STARTABLE,
  type State,
  UNDER_WAY,
} from './record.ts';

/*
 * The steps of the protocol. Each is one conditional change of a record, and returns the record after it, or undefined
 * where another worker has moved the record on. Nothing else in the pipeline changes a state.
 */

const DAY_MS = 86_400_000;
/** The states of an image that was not deleted. */
const ALIVE = [...UNDER_WAY, ...ENDED] as const;
/** How long an ended run may stay unpublished before the sweeper publishes it. */
const PUBLISH_WITHIN_MS = 60_000;

/** The record of an upload; a new one where the catalog has none. */
export async function receive(ports: Ports, source: Source): Promise<ImageRecord> {
  const imageId = imageIdOf(source);
  const known = await ports.catalog.get(imageId);
  if (known) return known;
  const owner = ownerOf(source.key) ?? ports.settings.defaultOwner;
  const uploadId = uploadIdOf(source.key);
  // Before the record: a crash in between must not leave an image that its uploader can't find.
  if (owner !== undefined && uploadId !== undefined) {
    await ports.catalog.putUpload(uploadId, { imageId, owner });
  }
  const fresh: ImageRecord = {
    imageId,
    run: 1,
    attempt: 1,
    state: 'RECEIVED',
    revision: 1,
    source,
    fileName: fileNameOf(source.key),
    ...(owner === undefined ? {} : { owner }),
    finished: {},
    startCount: 0,
    repairs: 0,
    computeMs: 0,
    dueAt: later(ports, ports.settings.stuckAfterMs),
    createdAt: now(ports),
  };
  if (await ports.catalog.create(fresh)) return fresh;
  return (await ports.catalog.get(imageId)) ?? fresh;
}

/** What is fixed when a run starts. */
export type RunInputs = Pick<StartedRecord, 'source' | 'recipe' | 'expected'>;

/**
 * Claims the run: fixes its inputs and counts the start.
 *
 * @param album that the upload names; an album that somebody has chosen meanwhile stays
 */
export async function start(
  ports: Ports,
  record: ImageRecord,
  { source, recipe, expected }: RunInputs,
  album?: string,
): Promise<StartedRecord | undefined> {
  const guard: Guard = {
    run: record.run,
    attempt: record.attempt,
    states: STARTABLE,
    startCountBelow: ports.settings.maxStarts,
  };
  const dueAt = later(ports, ports.settings.stuckAfterMs);
  const claim: Change = {
    set: { source, recipe, expected, state: 'PROCESSING', dueAt, startedAt: now(ports) },
    add: { startCount: 1 },
  };
  const { imageId } = record;
  const intoAlbum =
    album !== undefined &&
    (await ports.catalog.update(
      imageId,
      { ...guard, inAlbum: false },
      { ...claim, set: { ...claim.set, album } },
    ));
  const started = intoAlbum || (await ports.catalog.update(imageId, guard, claim));
  return started && { ...started, recipe, expected };
}

/** What the processor learns of an image. */
export type RunInfo = Pick<
  ImageRecord,
  | 'imageInfo'
  | 'hasDetails'
  | 'warnings'
  | 'quality'
  | 'encoding'
  | 'labels'
  | 'timingsMs'
  | 'capturedAt'
  | 'thumbhash'
  | 'thumb'
>;

/**
 * Adds finished parts and their compute, also to a run that FAILED meanwhile.
 *
 * @param info comes with the processed part, or with the labels
 */
export function finishParts(
  ports: Ports,
  record: ImageRecord,
  parts: Record<string, Part>,
  computeMs: number,
  info: RunInfo = {},
): Promise<ImageRecord | undefined> {
  return ports.catalog.update(
    record.imageId,
    { run: record.run, states: [...UNDER_WAY, 'FAILED'] },
    { set: info, parts, add: { computeMs } },
  );
}

/** All tasks are in the queue, so the start has had an outcome. */
export function markFannedOut(ports: Ports, record: ImageRecord): Promise<ImageRecord | undefined> {
  return ports.catalog.update(
    record.imageId,
    { run: record.run, attempt: record.attempt, states: ['PROCESSING'] },
    {
      set: { state: 'FANNED_OUT', startCount: 0, dueAt: later(ports, ports.settings.stuckAfterMs) },
      remove: ['lastError'],
    },
  );
}

/**
 * COMPLETE, if every expected part is there. Of all who try, only one gets the record. A run may be RECEIVED then: a
 * worker that still had the intermediate may finish the last part after another has sent the run back for it.
 */
export async function complete(ports: Ports, record: StartedRecord): Promise<ImageRecord | undefined> {
  if (missingVariants(record).length > 0) return undefined;
  return ports.catalog.update(
    record.imageId,
    { run: record.run, states: UNDER_WAY, finished: record.expected },
    { set: { state: 'COMPLETE', ...ending(ports, record) }, remove: ['lastError'] },
  );
}

/** REJECTED (the input is at fault) or FAILED (we are), after a last try that took `computeMs`. */
export function endUnsuccessfully(
  ports: Ports,
  record: ImageRecord,
  state: 'REJECTED' | 'FAILED',
  reason: Omit<RecordedReason, 'at'>,
  { computeMs = 0, states = UNDER_WAY }: { computeMs?: number; states?: readonly State[] } = {},
): Promise<ImageRecord | undefined> {
  return ports.catalog.update(
    record.imageId,
    { run: record.run, attempt: record.attempt, states },
    {
      set: { state, reason: { ...reason, at: now(ports) }, ...ending(ports, record) },
      remove: ['lastError'],
      add: { computeMs },
    },
  );
}

/** The end has been published, so nothing is due any more, but for an image in the trash: its purge. */
export async function markPublished(ports: Ports, record: ImageRecord): Promise<ImageRecord | undefined> {
  const { imageId, run, attempt, state, deletedAt } = record;
  const publishedAt = now(ports);
  const mark = (inTrash: boolean) =>
    ports.catalog.update(
      imageId,
      { run, attempt, states: [state], published: false, inTrash },
      inTrash
        ? { set: { publishedAt, dueAt: purgeAt(ports, deletedAt ?? publishedAt) } }
        : { set: { publishedAt }, remove: ['dueAt'] },
    );
  const wasInTrash = deletedAt !== undefined;
  return (await mark(wasInTrash)) ?? mark(!wasInTrash);
}

/**
 * Records an error on a run that will be tried again, the compute that the try took, and that its start does not
 * count. Where another worker has moved the run on meanwhile, the start is no longer counted, and only the rest is
 * recorded.
 */
export async function recordTransientError(
  ports: Ports,
  { imageId, run, attempt }: ImageRecord,
  reason: Omit<RecordedReason, 'at'>,
  { computeMs, undoStart }: { computeMs: number; undoStart: boolean },
): Promise<ImageRecord | undefined> {
  const record = (states: readonly State[], add: NonNullable<Change['add']>) =>
    ports.catalog.update(
      imageId,
      { run, attempt, states },
      { set: { lastError: { ...reason, at: now(ports) } }, add },
    );
  const undone = undoStart ? await record(['PROCESSING'], { computeMs, startCount: -1 }) : undefined;
  return undone ?? record(UNDER_WAY, { computeMs });
}

/** Claims a repair: only one sweeper gets the record, and at most `maxRepairs` times. */
export function claimRepair(ports: Ports, record: ImageRecord): Promise<ImageRecord | undefined> {
  return ports.catalog.update(
    record.imageId,
    {
      run: record.run,
      attempt: record.attempt,
      states: UNDER_WAY,
      repairsBelow: ports.settings.maxRepairs,
      ...(record.dueAt === undefined ? {} : { dueAt: record.dueAt }),
    },
    { set: { dueAt: later(ports, ports.settings.stuckAfterMs) }, add: { repairs: 1 } },
  );
}

/** Sends a fanned-out run back to the processor, as its intermediate is missing; at most `maxRepairs` times. */
export function returnToProcessor(ports: Ports, record: ImageRecord): Promise<ImageRecord | undefined> {
  return ports.catalog.update(
    record.imageId,
    {
      run: record.run,
      attempt: record.attempt,
      states: ['FANNED_OUT'],
      repairsBelow: ports.settings.maxRepairs,
    },
    { set: { state: 'RECEIVED', dueAt: later(ports, ports.settings.stuckAfterMs) }, add: { repairs: 1 } },
  );
}

/** Has the sweeper look again later, without a repair. */
export function postpone(ports: Ports, record: ImageRecord): Promise<ImageRecord | undefined> {
  return ports.catalog.update(
    record.imageId,
    {
      run: record.run,
      states: [record.state],
      ...(record.dueAt === undefined ? {} : { dueAt: record.dueAt }),
    },
    { set: { dueAt: later(ports, ports.settings.stuckAfterMs) } },
  );
}

/** A failed run whose end was published gets another attempt. Its finished parts stay. */
export function reopen(ports: Ports, record: ImageRecord): Promise<ImageRecord | undefined> {
  return ports.catalog.update(
    record.imageId,
    { run: record.run, attempt: record.attempt, states: ['FAILED'], published: true },
    {
      set: {
        state: 'RECEIVED',
        attempt: record.attempt + 1,
        startCount: 0,
        repairs: 0,
        dueAt: later(ports, ports.settings.stuckAfterMs),
      },
      remove: ['reason', 'lastError', 'endedAt', 'publishedAt', 'startedAt'],
    },
  );
}

/** The next run of an image, once the end of the last one was published. */
export function beginNextRun(
  ports: Ports,
  record: ImageRecord,
  inputs: Partial<RunInputs>,
): Promise<ImageRecord | undefined> {
  return ports.catalog.update(
    record.imageId,
    { run: record.run, attempt: record.attempt, states: ENDED, published: true },
    {
      set: {
        ...inputs,
        state: 'RECEIVED',
        run: record.run + 1,
        attempt: 1,
        startCount: 0,
        repairs: 0,
        computeMs: 0,
        dueAt: later(ports, ports.settings.stuckAfterMs),
      },
      remove: [
        ...(inputs.recipe ? [] : (['recipe', 'expected'] as const)),
        ...(['reason', 'lastError', 'endedAt', 'publishedAt', 'startedAt'] as const),
        ...([
          'imageInfo',
          'hasDetails',
          'warnings',
          'quality',
          'encoding',
          'labels',
          'timingsMs',
          'thumb',
          'view',
        ] as const),
      ],
      clearFinished: true,
    },
  );
}

/** Notes the large preview of the run, whatever its state. */
export function addView(
  ports: Ports,
  record: ImageRecord,
  view: ImageRecord['view'] & object,
): Promise<ImageRecord | undefined> {
  return ports.catalog.update(record.imageId, { run: record.run, states: ALIVE }, { set: { view } });
}

/** Moves the image to another album, or with null out of its album. */
export function setAlbum(
  ports: Ports,
  record: ImageRecord,
  album: string | null,
): Promise<ImageRecord | undefined> {
  const change: Change = album === null ? { remove: ['album'] } : { set: { album } };
  return ports.catalog.update(record.imageId, { run: record.run, states: ALIVE }, change);
}

/** Hides the image from lists. Its run goes on; once nothing else is due, its purge is. */
export async function moveToTrash(ports: Ports, record: ImageRecord): Promise<ImageRecord | undefined> {
  const deletedAt = now(ports);
  const guard = { run: record.run, inTrash: false };
  const atRest = await ports.catalog.update(
    record.imageId,
    { ...guard, states: ENDED, published: true },
    { set: { deletedAt, dueAt: purgeAt(ports, deletedAt) } },
  );
  if (atRest) return atRest;
  return ports.catalog.update(
    record.imageId,
    { ...guard, states: ALIVE, published: false },
    { set: { deletedAt } },
  );
}

/** Takes the image out of the trash. What its run waits for stays due. */
export async function restoreFromTrash(ports: Ports, record: ImageRecord): Promise<ImageRecord | undefined> {
  const guard = { run: record.run, inTrash: true };
  const atRest = await ports.catalog.update(
    record.imageId,
    { ...guard, states: ENDED, published: true },
    { remove: ['deletedAt', 'dueAt'] },
  );
  if (atRest) return atRest;
  return ports.catalog.update(
    record.imageId,
    { ...guard, states: ALIVE, published: false },
    { remove: ['deletedAt'] },
  );
}

/** Whether the time of an image in the trash is up, and nothing else is due for it. */
export function isPurgeDue(ports: Ports, record: ImageRecord): boolean {
  const { deletedAt, publishedAt } = record;
  if (deletedAt === undefined || publishedAt === undefined || !hasEnded(record)) return false;
  return purgeAt(ports, deletedAt) <= now(ports);
}

/** The tombstone of an image in the trash; undefined where it has been restored meanwhile, or its run goes on. */
export function markPurged(ports: Ports, record: ImageRecord): Promise<ImageRecord | undefined> {
  const { dueAt } = record;
  return bury(ports, record, {
    states: ENDED,
    published: true,
    inTrash: true,
    ...(dueAt === undefined ? {} : { dueAt }),
  });
}

/** The tombstone. It is due at once, and until no worker can still write anything. */
export function markDeleted(ports: Ports, record: ImageRecord): Promise<ImageRecord | undefined> {
  return bury(ports, record, { states: ALIVE });
}

function bury(
  ports: Ports,
  record: ImageRecord,
  guard: Omit<Guard, 'run'>,
): Promise<ImageRecord | undefined> {
  return ports.catalog.update(
    record.imageId,
    { run: record.run, ...guard },
    {
      set: { state: 'DELETED', endedAt: now(ports), dueAt: now(ports) },
      remove: [
        ...([
          'imageInfo',
          'hasDetails',
          'warnings',
          'quality',
          'encoding',
          'labels',
          'timingsMs',
          'reason',
          'lastError',
        ] as const),
        ...(['album', 'capturedAt', 'thumbhash', 'thumb', 'view', 'deletedAt'] as const),
      ],
    },
  );
}

/** Has the sweeper look at a tombstone again when no worker can be at work any more; undefined once that is so. */
export async function awaitLateWorkers(ports: Ports, record: ImageRecord): Promise<ImageRecord | undefined> {
  const deletedAtMs = new Date(record.endedAt ?? record.createdAt).getTime();
  const dueAt = new Date(deletedAtMs + ports.settings.stuckAfterMs).toISOString();
  if (dueAt <= now(ports)) return undefined;
  return ports.catalog.update(record.imageId, { run: record.run, states: ['DELETED'] }, { set: { dueAt } });
}

/**
 * Everything that a deleted image left is gone. Its id is enough to know a repeated event, so nothing stays that somebody
 * wrote: no name, key, owner or recipe.
 */
export function markDeletionDone(ports: Ports, record: ImageRecord): Promise<ImageRecord | undefined> {
  return ports.catalog.update(
    record.imageId,
    { run: record.run, states: ['DELETED'] },
    {
      set: { source: emptySource(record), fileName: '' },
      remove: ['dueAt', 'owner', 'recipe', 'expected', 'startedAt', 'publishedAt'],
      clearFinished: true,
    },
  );
}

function emptySource({ source: { bucket }, createdAt }: ImageRecord): Source {
  return { bucket, key: '', versionId: '', bytes: 0, modifiedAt: createdAt };
}

function ending(ports: Ports, record: ImageRecord): Pick<ImageRecord, 'endedAt' | 'dueAt' | 'timingsMs'> {
  const endedAt = now(ports);
  const startedAt = record.startedAt ?? endedAt;
  const total = new Date(endedAt).getTime() - new Date(startedAt).getTime();
  const publishBy = Math.min(PUBLISH_WITHIN_MS, ports.settings.stuckAfterMs);
  return { endedAt, dueAt: later(ports, publishBy), timingsMs: { ...record.timingsMs, total } };
}

function now(ports: Ports): string {
  return ports.clock.now().toISOString();
}

function purgeAt(ports: Ports, deletedAt: string): string {
  return new Date(new Date(deletedAt).getTime() + ports.settings.trashDays * DAY_MS).toISOString();
}

function later(ports: Ports, ms: number): string {
  return new Date(ports.clock.now().getTime() + ms).toISOString();
}
