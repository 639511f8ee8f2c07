import { UnreadableMessageError } from '../../core/errors.ts';
import { imageIdOf, type QueueName } from '../../core/names.ts';
import { parseIngest, parsePart } from '../../core/pipeline/messages/tasks.ts';

/** The images that a message is about, for the log and the trace; none where nobody can read it. */
export function imageIdsIn(queue: QueueName, body: string): string[] {
  try {
    if (queue === 'parts') return [parsePart(body).imageId];
    return parseIngest(body).map((task) => (task.type === 'upload' ? imageIdOf(task.source) : task.imageId));
  } catch (error) {
    if (error instanceof UnreadableMessageError) return [];
    throw error;
  }
}
