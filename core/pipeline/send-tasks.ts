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

/** Asks the parts worker for every heavy part that is missing. */
export async function sendMissingParts(ports: Ports, record: StartedRecord): Promise<void> {
  const { imageId, run, attempt } = record;
  const parts = missingHeavyParts(record);
  if (parts.length === 0) return;
  const bodies = parts.map(({ variant }) => partBody({ imageId, run, attempt, variant }));
  await ports.queue.send('parts', bodies);
}
