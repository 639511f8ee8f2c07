import { reasonOf, TransientError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import type { ImageRecord } from '../record.ts';
import { noteTransient } from './transitions.ts';

/**
 * Notes an error on the run, and throws it on, so that the message comes again.
 *
 * @param at the stage, and the count of starts as it was before the work began, where the stage counts them
 * @throws always; the error itself, or a TransientError for it where even the note could not be written
 */
export async function passOn(
  ports: Ports,
  record: ImageRecord,
  { stage, ...counts }: { stage: string; starts?: number },
  error: unknown,
): Promise<never> {
  const reason = reasonOf(error);
  try {
    await noteTransient(ports, record, { ...reason, stage }, counts);
  } catch (noteError) {
    const cause = new AggregateError([error, noteError], 'the work failed, and so did the note of it');
    throw new TransientError(reason.code, reason.sentence, { cause });
  }
  throw error;
}
