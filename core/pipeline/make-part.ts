import { PermanentError, reasonOf, TransientError } from '../errors.ts';
import type { PartSpec } from '../image/parts.ts';
import { contentTypeOf, intermediateKey } from '../names.ts';
import type { Ports, WorkerPorts } from '../ports.ts';
import { cleanUpAfterDeletion } from './delete-run.ts';
import { findRecord, reread } from './find-record.ts';
import { type PartTask, parsePart, resumeBody } from './messages/tasks.ts';
import { asStarted, missingHeavyParts, outputKey, type StartedRecord } from './outputs.ts';
import { passOn } from './pass-on.ts';
import { completeAndPublish } from './publish.ts';
import { type ImageRecord, isUnderWay } from './record.ts';
import { Stopwatch } from './stopwatch.ts';
import { withinTime } from './time-limit.ts';
import { endUnsuccessfully, finishParts, returnToProcessor } from './transitions.ts';

const WORKER = 'parts';

/**
 * Makes the one part that a message of the parts queue asks for; the run ends as REJECTED where the picture allows
 * none, such as one that no file of the recipe's format can hold.
 *
 * @returns the record as it is now
 * @throws TransientError when the message should come again; UnreadableMessageError when nobody can read it
 */
export async function makePart(ports: WorkerPorts, body: string): Promise<ImageRecord> {
  const task = parsePart(body);
  const record = await findRecord(ports, task.imageId);
  return completeAndPublish(ports, await makeWanted(ports, task, record));
}

async function makeWanted(ports: WorkerPorts, task: PartTask, record: ImageRecord): Promise<ImageRecord> {
  const part = wantedPart(task, record);
  if (!part) return record;
  const work = new Stopwatch();
  try {
    return await renderPart(ports, asStarted(record), part, work);
  } catch (error) {
    if (!(error instanceof PermanentError)) {
      return passOn(ports, record, { worker: WORKER, computeMs: work.ms }, error);
    }
    const reason = { ...reasonOf(error), worker: WORKER };
    const ended = await endUnsuccessfully(ports, record, 'REJECTED', reason, { computeMs: work.ms });
    return ended ?? reread(ports, record);
  }
}

/** The part, where it is still missing. A part of a failed run is made as well: a redrive then finds it done. */
function wantedPart({ run, variant }: PartTask, record: ImageRecord): PartSpec | undefined {
  const isAlive = isUnderWay(record) || record.state === 'FAILED';
  if (!isAlive || run !== record.run || !record.expected) return undefined;
  return missingHeavyParts(asStarted(record)).find((part) => part.variant === variant);
}

async function renderPart(
  ports: WorkerPorts,
  record: StartedRecord,
  part: PartSpec,
  work: Stopwatch,
): Promise<ImageRecord> {
  const bucket = ports.settings.processedBucket;
  const intermediate = await ports.objects.read({ bucket, key: intermediateKey(record.imageId, record.run) });
  if (!intermediate) return askForIntermediate(ports, record);
  const image = await work.time(() =>
    withinTime(
      ports.settings.limits.timeoutMs,
      ports.imaging.render(intermediate, part, record.recipe.recipe, record.encoding),
    ),
  );
  const { bytes, ...size } = image;
  const key = outputKey(record, part, image.format);
  await ports.objects.write({ bucket, key }, bytes, contentTypeOf(image.format));
  const finished = { ...size, bytes: bytes.length, computeMs: work.ms };
  const recorded = await finishParts(ports, record, { [part.variant]: finished }, work.ms);
  work.reset();
  return recorded ?? cleanUpAfterDeletion(ports, record);
}

/**
 * A missing intermediate is no fault of the input: the run goes back to the processor, which then sends the tasks
 * of all missing parts again. Only so many times: an intermediate that never stays ends the run.
 */
async function askForIntermediate(ports: Ports, record: StartedRecord): Promise<ImageRecord> {
  const { imageId, run, attempt } = record;
  const back = (await returnToProcessor(ports, record)) ?? (await reread(ports, record));
  if (back.state === 'RECEIVED') {
    await ports.queue.send('ingest', [resumeBody({ imageId, run, attempt })]);
    return back;
  }
  if (back.state === 'PROCESSING') {
    throw new TransientError(
      'INTERMEDIATE_MISSING',
      'The intermediate of this run is gone; it is being made again.',
    );
  }
  if (back.state !== 'FANNED_OUT') return back;
  const ended = await endUnsuccessfully(ports, back, 'FAILED', {
    code: 'INTERMEDIATE_MISSING',
    message: `The intermediate of this run was lost, and after ${back.repairs} repairs it still is not there.`,
    worker: WORKER,
  });
  return ended ?? back;
}
