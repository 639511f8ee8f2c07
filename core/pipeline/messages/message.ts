import { UnprocessableMessageError } from '../../errors.ts';
import { type ImageQueue, imageIdOf } from '../../names.ts';
import type { ImageRecord } from '../record.ts';
import { type IngestTask, type PartTask, parseIngest, parsePart } from './tasks.ts';

/** What the messages of each queue ask for. */
interface Tasks {
  ingest: IngestTask;
  parts: PartTask;
  labels: PartTask;
}

/** A message of a queue, parsed once, where it arrives. */
export interface Message<Q extends ImageQueue = ImageQueue> {
  /** The queue to which it was first sent. */
  queue: Q;
  body: string;
  tasks: Tasks[Q][];
  /** Why the body can't be read; there are no tasks then. */
  error?: UnprocessableMessageError;
}

const PARSERS: { [Q in ImageQueue]: (body: string) => Tasks[Q][] } = {
  ingest: parseIngest,
  parts: (body) => [parsePart(body)],
  labels: (body) => [parsePart(body)],
};

export function readMessage<Q extends ImageQueue>(queue: Q, body: string): Message<Q> {
  try {
    return { queue, body, tasks: PARSERS[queue](body) };
  } catch (error) {
    // Stryker disable next-line ConditionalExpression: a parser throws nothing else, unless it has a bug.
    if (error instanceof UnprocessableMessageError) return { queue, body, tasks: [], error };
    throw error;
  }
}

/** The images that a message is about. */
export function imageIdsIn({ tasks }: Message): string[] {
  return tasks.map((task) => (task.type === 'upload' ? imageIdOf(task.source) : task.imageId));
}

/**
 * Does the tasks of a message, one after the other.
 *
 * @returns the records as they are then
 * @throws UnprocessableMessageError where the message can't be read; whatever `work` throws
 */
export async function forEachTask<Q extends ImageQueue>(
  { tasks, error }: Message<Q>,
  work: (task: Tasks[Q]) => Promise<ImageRecord>,
): Promise<ImageRecord[]> {
  if (error) throw error;
  const records: ImageRecord[] = [];
  for (const task of tasks) records.push(await work(task));
  return records;
}
