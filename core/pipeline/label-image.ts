import { PermanentError, type Reason, TransientError } from '../errors.ts';
import type { Classification } from '../labels/classification.ts';
import { LABELS, labelInputKey } from '../names.ts';
import type { LabelPorts, Ports } from '../ports.ts';
import { askForIntermediate } from './ask-for-intermediate.ts';
import { cleanUpAfterDeletion } from './delete-run.ts';
import { recordFor } from './find-record.ts';
import type { PartTask } from './messages/tasks.ts';
import { asStarted, missingVariants, type StartedRecord } from './outputs.ts';
import { completeAndPublish } from './publish.ts';
import { type ImageRecord, isUnderWay, UNDER_WAY } from './record.ts';
import { finishParts } from './transitions.ts';
import { doWork, type Work } from './work.ts';

const WORKER = 'labels';

/**
 * Says what the original of a run shows, from the pixels that the processor has kept for the model.
 *
 * @returns the record as it is then
 * @throws TransientError when the message should come again; UnprocessableMessageError for an unknown image
 */
export async function labelImage(ports: LabelPorts, task: PartTask): Promise<ImageRecord> {
  const record = await recordFor(ports, task);
  if (!isWanted(task, record)) return completeAndPublish(ports, record);
  const started = asStarted(record);
  const on = { record, worker: WORKER, rejectsIn: UNDER_WAY } as const;
  return completeAndPublish(ports, await doWork(ports, on, (work) => label(ports, started, work)));
}

/** Whether the labels are still missing. Those of a failed run are made as well: a redrive then finds them done. */
function isWanted({ run, variant }: PartTask, record: ImageRecord): boolean {
  const isAlive = isUnderWay(record) || record.state === 'FAILED';
  if (!isAlive || run !== record.run || !record.expected || variant !== LABELS) return false;
  return missingVariants(asStarted(record)).includes(LABELS);
}

async function label(ports: LabelPorts, record: StartedRecord, work: Work): Promise<ImageRecord> {
  const { processedBucket: bucket, labels: setting } = ports.settings;
  const input = await ports.objects.read({ bucket, key: labelInputKey(record.imageId, record.run) });
  if (!input) {
    return askForIntermediate(ports, record, (back, message) =>
      recordUnavailable(ports, back, { code: 'INTERMEDIATE_MISSING', message }),
    );
  }
  const mode = record.recipe.recipe.labels?.mode ?? (setting === 'off' ? 'fast' : setting);
  const labels = await classified(work, () => ports.classifier.classify(input, mode));
  const { computeMs } = work;
  const recorded = await finishParts(ports, record, { [LABELS]: { computeMs } }, computeMs, { labels });
  work.computeStored();
  if (!recorded) return cleanUpAfterDeletion(ports, record);
  work.reportProgress(recorded);
  return recorded;
}

/** @throws TransientError also where it took too long, which is no fault of the picture */
async function classified(work: Work, classify: () => Promise<Classification>): Promise<Classification> {
  try {
    return await work.compute(classify);
  } catch (error) {
    if (!(error instanceof PermanentError)) throw error;
    throw new TransientError(error.code, 'The model took too long to say what the picture shows.', {
      cause: error,
    });
  }
}

/**
 * Finishes the labels of a run without a model's answer, so that a model never turns a picture into a failure.
 *
 * @returns undefined where the run has moved on
 */
export function recordUnavailable(
  ports: Ports,
  record: ImageRecord,
  unavailable: Reason,
): Promise<ImageRecord | undefined> {
  return finishParts(ports, record, { [LABELS]: { computeMs: 0 } }, 0, { labels: { unavailable } });
}
