import { TransientError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { reread } from './find-record.ts';
import type { StartedRecord } from './outputs.ts';
import type { ImageRecord } from './record.ts';
import { sendToProcessor } from './send-tasks.ts';
import { returnToProcessor } from './transitions.ts';

/**
 * A missing intermediate is no fault of the input: the run goes back to the processor, which makes it again and sends
 * the tasks of all missing parts.
 *
 * @param giveUp ends the work on the part after `maxRepairs` of these
 * @throws TransientError while the processor is making it
 */
export async function askForIntermediate(
  ports: Ports,
  record: StartedRecord,
  giveUp: (record: ImageRecord, message: string) => Promise<ImageRecord | undefined>,
): Promise<ImageRecord> {
  const back = (await returnToProcessor(ports, record)) ?? (await reread(ports, record));
  if (back.state === 'RECEIVED') {
    await sendToProcessor(ports, record);
    return back;
  }
  if (back.state === 'PROCESSING') {
    throw new TransientError(
      'INTERMEDIATE_MISSING',
      'The intermediate of this run is missing, and is being made again.',
    );
  }
  // Stryker disable next-line ConditionalExpression: it saves a write whose guard refuses the other states.
  if (back.state !== 'FANNED_OUT') return back;
  const message = `The intermediate of this run is missing, still after ${back.repairs} repairs.`;
  return (await giveUp(back, message)) ?? back;
}
