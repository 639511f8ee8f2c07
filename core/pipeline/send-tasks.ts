import { LABELS, type Variant } from '../names.ts';
import type { Ports } from '../ports.ts';
import { partBody, resumeBody } from './messages/tasks.ts';
import { missingHeavyParts, type StartedRecord } from './outputs.ts';
import type { ImageRecord } from './record.ts';

/** Asks the processor to process the current attempt of a run. */
export async function sendToProcessor(
  ports: Ports,
  { imageId, run, attempt }: Pick<ImageRecord, 'imageId' | 'run' | 'attempt'>,
): Promise<void> {
  await ports.queue.send('ingest', [resumeBody({ imageId, run, attempt })]);
}

/** The queue whose worker makes a part. */
export function queueOf(variant: Variant): 'parts' | 'labels' {
  return variant === LABELS ? 'labels' : 'parts';
}

/** Asks the workers for every heavy part that is missing. */
export async function sendMissingParts(ports: Ports, record: StartedRecord): Promise<void> {
  const { imageId, run, attempt } = record;
  const parts = Map.groupBy(missingHeavyParts(record), ({ variant }) => queueOf(variant));
  for (const [queue, specs] of parts) {
    const bodies = specs.map(({ variant }) => partBody({ imageId, run, attempt, variant }));
    await ports.queue.send(queue, bodies);
  }
}
