import { reasonOf, TransientError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import type { ImageRecord } from './record.ts';
import { noteTransient, undoStart } from './transitions.ts';

/**
 * Notes an error on the run, and throws it on, so that the message comes again.
 *
 * @param at the stage, the compute that the try took, and whether the error ended a start that was counted
 * @throws always; the error itself, or a TransientError for it where even the note could not be written
 */
export async function passOn(
  ports: Ports,
  record: ImageRecord,
  {
    worker,
    computeMs,
    giveBackStart = false,
  }: { worker: string; computeMs: number; giveBackStart?: boolean },
  error: unknown,
): Promise<never> {
  const reason = reasonOf(error);
  try {
    if (giveBackStart) await undoStart(ports, record);
    await noteTransient(ports, record, { ...reason, worker }, computeMs);
  } catch (noteError) {
    const cause = new AggregateError([error, noteError], 'the work failed, and so did the note of it');
    throw new TransientError(reason.code, reason.message, { cause });
  }
  throw error;
}
