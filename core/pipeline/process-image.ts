import { ALBUM_METADATA, decodeAlbum } from '../album.ts';
import { PermanentError, TransientError } from '../errors.ts';
import { RECIPE_METADATA } from '../names.ts';
import type { Ports, WorkerPorts } from '../ports.ts';
import { DEFAULT_RECIPE_NAME, findRecipe } from '../recipe.ts';
import { cleanUpAfterDeletion } from './delete-run.ts';
import { recordFor, reread } from './find-record.ts';
import type { IngestTask } from './messages/tasks.ts';
import { asStarted, expectedVariants, type StartedRecord } from './outputs.ts';
import { completeAndPublish } from './publish.ts';
import { type ImageRecord, isStartable, STARTABLE } from './record.ts';
import { sendMissingParts } from './send-tasks.ts';
import { finishParts, markFannedOut, type RunInputs, start } from './transitions.ts';
import { doWork, type Work } from './work.ts';
import { finishedParts, infoOf, startPreview, writeOutputs } from './write-outputs.ts';

/**
 * Processes an upload, or a run to resume: makes its light parts, and sends a task for each heavy one.
 *
 * @returns the record as it is then
 * @throws TransientError when the message should come again; UnprocessableMessageError for an unknown image
 */
export async function processIngest(ports: WorkerPorts, task: IngestTask): Promise<ImageRecord> {
  const record = await recordFor(ports, task);
  if (isStale(task, record) || !isStartable(record)) return completeAndPublish(ports, record);
  const on = { record, worker: 'processor', rejectsIn: STARTABLE } as const;
  return completeAndPublish(ports, await doWork(ports, on, (work) => processRun(ports, work)));
}

function isStale(task: IngestTask, record: ImageRecord): boolean {
  if (task.type === 'upload') return record.run !== 1;
  return task.run !== record.run || task.attempt !== record.attempt;
}

async function processRun(ports: WorkerPorts, work: Work): Promise<ImageRecord> {
  const record = await claim(ports, work);
  if (!record) return refuseStart(ports, work);
  const bytes = await ports.objects.read(record.source);
  if (!bytes) throw sourceNotFound(record);
  const { recipe } = record.recipe;
  const process = () => work.compute(() => ports.imaging.process(bytes, recipe, ports.settings.limits));
  const image = await (ports.admission?.process({ bytes, recipe }, process) ?? process());
  const preview = startPreview(ports, record, image);
  await writeOutputs(ports, record, image);
  const info = { ...infoOf(image), ...(await preview.end()) };
  const parts = finishedParts(image, work.computeMs);
  const recorded = await finishParts(ports, record, parts, work.computeMs, info);
  work.computeStored();
  if (!recorded) return cleanUpAfterDeletion(ports, record);
  work.reportProgress(recorded);
  return recorded.state === 'PROCESSING' ? fanOut(ports, asStarted(recorded)) : recorded;
}

/** Counts a start of the run, and freezes its recipe and parts at the first one. */
async function claim(ports: Ports, work: Work): Promise<StartedRecord | undefined> {
  const { record } = work;
  const { album, ...inputs } = record.recipe
    ? { ...asStarted(record), album: undefined }
    : await resolveInputs(ports, record);
  const started = await start(ports, record, inputs, album);
  if (started) {
    work.record = started;
    work.countedStart = true;
    work.reportProgress(started);
  }
  return started;
}

/** Looks at the object, and finds the recipe and the album that it asks for. */
async function resolveInputs(
  ports: Ports,
  record: ImageRecord,
): Promise<RunInputs & { album: string | undefined }> {
  const info = await ports.objects.head(record.source);
  if (!info) throw sourceNotFound(record);
  const { maxBytes } = ports.settings.limits;
  if (info.bytes > maxBytes) throw tooManyBytes(info.bytes, maxBytes);
  const name = info.metadata[RECIPE_METADATA] ?? DEFAULT_RECIPE_NAME;
  const recipe = findRecipe(ports.settings.recipes, name);
  const source = { ...record.source, bytes: info.bytes, modifiedAt: info.modifiedAt };
  // Later runs leave the album as people have changed it since.
  const album = record.run === 1 ? decodeAlbum(info.metadata[ALBUM_METADATA]) : undefined;
  return { source, recipe, expected: expectedVariants(recipe.recipe), album };
}

/**
 * Decides what a refused start means: another worker has moved the run on, an earlier start may still be at work, or
 * the run has had all its starts.
 *
 * @returns the record where it has moved on
 * @throws TransientError `STILL_AT_WORK`; PermanentError `PROCESSING_LIMIT`
 */
async function refuseStart(ports: Ports, work: Work): Promise<ImageRecord> {
  const record = await reread(ports, work.record);
  if (!isStartable(record)) return record;
  const { maxStarts, maxStartMs } = ports.settings;
  const lastStartMs = new Date(record.startedAt ?? record.createdAt).getTime();
  const mayBeAtWork = ports.clock.now().getTime() < lastStartMs + maxStartMs;
  if (record.startCount < maxStarts || mayBeAtWork) {
    throw new TransientError('STILL_AT_WORK', 'An earlier start of this run may still be at work.');
  }
  work.record = record;
  throw new PermanentError(
    'PROCESSING_LIMIT',
    `The work on this image was started ${record.startCount} times and never ended, as happens when it needs more ` +
      'memory or time than the worker has. Upload a smaller image.',
  );
}

/** Sends a task for every heavy part that is missing; only then is the run fanned out. */
async function fanOut(ports: Ports, record: StartedRecord): Promise<ImageRecord> {
  await sendMissingParts(ports, record);
  return (await markFannedOut(ports, record)) ?? record;
}

function sourceNotFound({ source }: ImageRecord): PermanentError {
  return new PermanentError(
    'SOURCE_NOT_FOUND',
    `Version ${source.versionId} of ${source.key} is no longer in ${source.bucket}: it was deleted or ` +
      'overwritten before it could be read. Upload it again.',
  );
}

/** Thrown before the object is read, so that no upload can fill the memory. */
function tooManyBytes(bytes: number, maxBytes: number): PermanentError {
  return new PermanentError(
    'IMAGE_TOO_LARGE',
    `The file has ${bytes} bytes; up to ${maxBytes} are processed. Upload it smaller.`,
  );
}
