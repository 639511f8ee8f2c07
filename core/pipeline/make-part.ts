import type { PicturePart } from '../image/parts.ts';
import { contentTypeOf, intermediateKey } from '../names.ts';
import type { Ports, WorkerPorts } from '../ports.ts';
import { askForIntermediate } from './ask-for-intermediate.ts';
import { cleanUpAfterDeletion } from './delete-run.ts';
import { recordFor } from './find-record.ts';
import type { PartTask } from './messages/tasks.ts';
import { asStarted, missingHeavyPictures, originMetadata, outputKey, type StartedRecord } from './outputs.ts';
import { completeAndPublish } from './publish.ts';
import { type ImageRecord, isUnderWay, UNDER_WAY } from './record.ts';
import { endUnsuccessfully, finishParts } from './transitions.ts';
import { doWork, type Work } from './work.ts';

const WORKER = 'parts';

/**
 * Makes one heavy part of a run from its intermediate. The run ends as REJECTED where the picture allows no such part,
 * as when the recipe's format can't hold it.
 *
 * @returns the record as it is then
 * @throws TransientError when the message should come again; UnprocessableMessageError for an unknown image
 */
export async function makePart(ports: WorkerPorts, task: PartTask): Promise<ImageRecord> {
  const record = await recordFor(ports, task);
  const part = wantedPart(task, record);
  if (!part) return completeAndPublish(ports, record);
  const started = asStarted(record);
  const on = { record, worker: WORKER, rejectsIn: UNDER_WAY } as const;
  return completeAndPublish(ports, await doWork(ports, on, (work) => renderPart(ports, started, part, work)));
}

/** The part, where it is still missing. A part of a failed run is made as well: a redrive then finds it done. */
function wantedPart({ run, variant }: PartTask, record: ImageRecord): PicturePart | undefined {
  const isAlive = isUnderWay(record) || record.state === 'FAILED';
  if (!isAlive || run !== record.run || !record.expected) return undefined;
  return missingHeavyPictures(asStarted(record)).find((part) => part.variant === variant);
}

async function renderPart(
  ports: WorkerPorts,
  record: StartedRecord,
  part: PicturePart,
  work: Work,
): Promise<ImageRecord> {
  const { processedBucket: bucket, limits } = ports.settings;
  const intermediate = await ports.objects.read({ bucket, key: intermediateKey(record.imageId, record.run) });
  if (!intermediate) {
    return askForIntermediate(ports, record, (back, message) => fail(ports, back, message));
  }
  const { recipe } = record.recipe;
  const render = () =>
    work.compute(() => ports.imaging.render(intermediate, part, recipe, limits, record.encoding));
  const { bytes, ...made } = await (ports.admission?.render({ intermediate, part, recipe }, render) ??
    render());
  const key = outputKey(record, part, made.format);
  await ports.objects.write({ bucket, key }, bytes, contentTypeOf(made.format), originMetadata(record));
  const { computeMs } = work;
  const finished = { [part.variant]: { ...made, bytes: bytes.length, computeMs } };
  const recorded = await finishParts(ports, record, finished, computeMs);
  // Stryker disable next-line all: nothing after it fails in a state that still takes compute.
  work.computeStored();
  if (!recorded) return cleanUpAfterDeletion(ports, record);
  work.reportProgress(recorded);
  return recorded;
}

/** @returns undefined where the run has moved on */
function fail(ports: Ports, record: ImageRecord, message: string): Promise<ImageRecord | undefined> {
  return endUnsuccessfully(ports, record, 'FAILED', {
    code: 'INTERMEDIATE_MISSING',
    message,
    worker: WORKER,
  });
}
