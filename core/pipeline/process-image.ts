import { PermanentError, type RejectionCode, reasonOf, TransientError } from '../errors.ts';
import type { ProcessedImage } from '../image/types.ts';
import {
  contentTypeOf,
  detailsKey,
  intermediateKey,
  PROCESSED,
  RECIPE_METADATA,
  type Variant,
} from '../names.ts';
import type { Ports, WorkerPorts } from '../ports.ts';
import { DEFAULT_RECIPE_NAME, findRecipe } from '../recipe.ts';
import { cleanUpAfterDeletion } from './delete-run.ts';
import { findRecord, reread } from './find-record.ts';
import { type IngestTask, parseIngest, partBody } from './messages/tasks.ts';
import {
  asStarted,
  expectedVariants,
  missingHeavyParts,
  outputKey,
  partsOfRun,
  type StartedRecord,
} from './outputs.ts';
import { passOn } from './pass-on.ts';
import { completeAndPublish } from './publish.ts';
import type { ImageRecord, Part } from './record.ts';
import { Stopwatch } from './stopwatch.ts';
import { withinTime } from './time-limit.ts';
import { endUnsuccessfully, finishParts, markFannedOut, type Plan, receive, start } from './transitions.ts';

const WORKER = 'processor';

/**
 * Does what one message of the ingest queue asks for: an upload (S3's event or ours), or a run to resume.
 *
 * @returns the records as they are now, for the log and the metrics
 * @throws TransientError when the message should come again; UnreadableMessageError when nobody can read it
 */
export async function processIngest(ports: WorkerPorts, body: string): Promise<ImageRecord[]> {
  const records: ImageRecord[] = [];
  for (const task of parseIngest(body)) {
    records.push(await completeAndPublish(ports, await processTask(ports, task)));
  }
  return records;
}

async function processTask(ports: WorkerPorts, task: IngestTask): Promise<ImageRecord> {
  const record = await recordFor(ports, task);
  const isDone = record.state !== 'RECEIVED' && record.state !== 'PROCESSING';
  return isDone || isStale(task, record) ? record : claimAndProcess(ports, record);
}

/** Ends the run as REJECTED where the input is at fault; every other error is noted and passed on. */
async function claimAndProcess(ports: WorkerPorts, record: ImageRecord): Promise<ImageRecord> {
  let started: StartedRecord | undefined;
  const work = new Stopwatch();
  try {
    const plan = record.recipe ? asStarted(record) : await planRun(ports, record);
    started = await start(ports, record, plan);
    return started ? await processRun(ports, started, work) : await refuseStart(ports, record);
  } catch (error) {
    if (!(error instanceof PermanentError)) {
      const at = { worker: WORKER, computeMs: work.ms, giveBackStart: started !== undefined };
      return passOn(ports, record, at, error);
    }
    const reason = { ...reasonOf(error), worker: WORKER };
    const ended = await endUnsuccessfully(ports, started ?? record, 'REJECTED', reason, {
      computeMs: work.ms,
    });
    return ended ?? reread(ports, record);
  }
}

async function recordFor(ports: Ports, task: IngestTask): Promise<ImageRecord> {
  return task.type === 'upload' ? receive(ports, task.source) : findRecord(ports, task.imageId);
}

function isStale(task: IngestTask, record: ImageRecord): boolean {
  if (task.type === 'upload') return record.run !== 1;
  return task.run !== record.run || task.attempt !== record.attempt;
}

/** Looks at the object and fixes what will be done to it. */
async function planRun(ports: Ports, record: ImageRecord): Promise<Plan> {
  const info = await ports.objects.head(record.source);
  if (!info) throw sourceNotFound(record);
  if (info.bytes > ports.settings.limits.maxBytes)
    throw tooManyBytes(info.bytes, ports.settings.limits.maxBytes);
  const name = info.metadata[RECIPE_METADATA] ?? DEFAULT_RECIPE_NAME;
  const recipe = findRecipe(ports.settings.recipes, name);
  const source = { ...record.source, bytes: info.bytes, modifiedAt: info.modifiedAt };
  return { source, recipe, expected: expectedVariants(recipe.recipe) };
}

async function processRun(ports: WorkerPorts, record: StartedRecord, work: Stopwatch): Promise<ImageRecord> {
  const bytes = await ports.objects.read(record.source);
  if (!bytes) throw sourceNotFound(record);
  const { limits } = ports.settings;
  const image = await work.time(() =>
    withinTime(limits.timeoutMs, ports.imaging.process(bytes, record.recipe.recipe, limits)),
  );
  await writeOutputs(ports, record, image);
  const recorded = await finishParts(ports, record, finishedParts(image, work.ms), work.ms, {
    imageInfo: image.imageInfo,
    quality: image.quality,
    ...(image.search && { encoding: { ...image.search.chosen, targetMet: image.search.targetMet } }),
    timingsMs: image.timingsMs,
  });
  work.reset();
  if (!recorded) return cleanUpAfterDeletion(ports, record);
  return recorded.state === 'PROCESSING' ? fanOut(ports, asStarted(recorded)) : recorded;
}

async function writeOutputs(ports: Ports, record: StartedRecord, image: ProcessedImage): Promise<void> {
  const { imageId, run } = record;
  const bucket = ports.settings.processedBucket;
  const put = (key: string, body: Buffer, contentType: string) =>
    ports.objects.write({ bucket, key }, body, contentType);
  const writes = partsOfRun(record).flatMap((part) => {
    const made = image.parts[part.variant];
    if (made === undefined) return [];
    return [put(outputKey(record, part, made.format), made.bytes, contentTypeOf(made.format))];
  });
  if (image.intermediate && missingHeavyParts(record).length > 0) {
    writes.push(put(intermediateKey(imageId, run), image.intermediate, 'application/octet-stream'));
  }
  if (image.exif || image.search) {
    const details = JSON.stringify({ version: 1, imageId, run, exif: image.exif, search: image.search });
    writes.push(put(detailsKey(imageId, run), Buffer.from(details), 'application/json'));
  }
  await Promise.all(writes);
}

/** The light parts for the record. The processed picture carries the compute of the image, which they share. */
function finishedParts(image: ProcessedImage, computeMs: number): Record<Variant, Part> {
  return Object.fromEntries(
    Object.entries(image.parts).map(([variant, { bytes, ...size }]) => [
      variant,
      { ...size, bytes: bytes.length, computeMs: variant === PROCESSED ? computeMs : 0 },
    ]),
  );
}

/** Sends a task for every heavy part that is missing; only then is the run fanned out. */
async function fanOut(ports: Ports, record: StartedRecord): Promise<ImageRecord> {
  const { imageId, run, attempt } = record;
  const bodies = missingHeavyParts(record).map(({ variant }) => partBody({ imageId, run, attempt, variant }));
  if (bodies.length > 0) await ports.queue.send('parts', bodies);
  return (await markFannedOut(ports, record)) ?? record;
}

/** The run could not be claimed: it was started too often without an outcome, or somebody has moved it on. */
async function refuseStart(ports: Ports, seen: ImageRecord): Promise<ImageRecord> {
  const record = await reread(ports, seen);
  const { maxStarts, maxStartMs } = ports.settings;
  if (record.state !== 'RECEIVED' && record.state !== 'PROCESSING') return record;
  const startedAt = new Date(record.startedAt ?? record.createdAt).getTime();
  const mayBeAtWork = ports.clock.now().getTime() < startedAt + maxStartMs;
  if (record.startCount < maxStarts || mayBeAtWork) {
    throw new TransientError('STILL_AT_WORK', 'An earlier start of this run may still be at work.');
  }
  const reason = {
    code: 'PROCESSING_LIMIT' satisfies RejectionCode,
    message:
      `The work on this image was started ${record.startCount} times and never came to an end, as happens when it ` +
      'needs more memory or time than there is. Upload it smaller.',
    worker: WORKER,
  };
  const ended = await endUnsuccessfully(ports, record, 'REJECTED', reason, { states: [record.state] });
  return ended ?? record;
}

function sourceNotFound({ source }: ImageRecord): PermanentError {
  return new PermanentError(
    'SOURCE_NOT_FOUND',
    `Version ${source.versionId} of ${source.key} is no longer in ${source.bucket}: it was deleted or ` +
      'overwritten before it could be read. Upload it again.',
  );
}

/** Told before the object is read, so that no upload can fill the memory. */
function tooManyBytes(bytes: number, maxBytes: number): PermanentError {
  return new PermanentError(
    'IMAGE_TOO_LARGE',
    `The file has ${bytes} bytes; up to ${maxBytes} are processed. Upload it smaller.`,
  );
}
