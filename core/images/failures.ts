import { type Principal, requireAction } from '../access.ts';
import { NotFoundError } from '../errors.ts';
import { listFailedRuns, redriveUnprocessableMessage } from '../pipeline/failures.ts';
import type { ImageRecord, UnprocessableMessage } from '../pipeline/record.ts';
import type { ApiPorts } from '../ports.ts';
import { redriveImage } from './change-image.ts';
import { inBatches } from './in-batches.ts';

/** What can be redriven. */
export interface Failures {
  runs: ImageRecord[];
  messages: UnprocessableMessage[];
  /** False where there are more of either. */
  isComplete: boolean;
}

/** Which failures are sent again: these, or all. */
export type RedriveRequest = { all: true } | { imageIds: readonly string[]; messageIds: readonly string[] };

/** What became of one failure; without an error, it was sent again. */
export interface Redriven {
  id: string;
  error?: unknown;
}

/** Failures of each kind that one call shows, or sends again. */
const MAX_FAILURES = 100;
const AT_ONCE = 16;

/**
 * The images whose run FAILED, and the messages that nobody could read; 100 of each at most.
 *
 * @throws ForbiddenError
 */
export async function listFailures(ports: ApiPorts, principal: Principal): Promise<Failures> {
  requireAction(principal, 'administer');
  const [runs, hasMoreRuns] = await firstOf(listFailedRuns(ports));
  const [messages, hasMoreMessages] = await firstOf(ports.catalog.unprocessableMessages());
  return { runs, messages, isComplete: !hasMoreRuns && !hasMoreMessages };
}

/**
 * Gives failed runs another attempt, and sends unprocessable messages again. Of `all`, it takes 100 of each kind.
 *
 * @returns an outcome for each, and whether nothing else was left to send
 * @throws ForbiddenError
 */
export async function redriveFailures(
  ports: ApiPorts,
  principal: Principal,
  request: RedriveRequest,
): Promise<{ outcomes: Redriven[]; isComplete: boolean }> {
  const { runs, messages, isComplete } = await listFailures(ports, principal);
  const chosen =
    'all' in request
      ? {
          imageIds: runs.map(({ imageId }) => imageId),
          messageIds: messages.map(({ messageId }) => messageId),
          isComplete,
        }
      : { ...request, isComplete: true };
  const ofRuns = await inBatches(chosen.imageIds, AT_ONCE, (id) =>
    outcomeOf(id, () => redriveImage(ports, principal, id)),
  );
  const ofMessages = await inBatches(chosen.messageIds, AT_ONCE, (id) =>
    outcomeOf(id, () => redriveMessage(ports, principal, id, messages)),
  );
  return { outcomes: [...ofRuns, ...ofMessages], isComplete: chosen.isComplete };
}

async function redriveMessage(
  ports: ApiPorts,
  principal: Principal,
  messageId: string,
  known: readonly UnprocessableMessage[],
): Promise<void> {
  const message = known.find((each) => each.messageId === messageId);
  if (message === undefined) throw new NotFoundError(`There is no unprocessable message ${messageId}.`);
  await redriveUnprocessableMessage(ports, message);
  ports.audit({ action: 'redrive', messageId, owner: undefined, principal });
}

async function outcomeOf(id: string, redrive: () => Promise<unknown>): Promise<Redriven> {
  try {
    await redrive();
    return { id };
  } catch (error) {
    return { id, error };
  }
}

async function firstOf<T>(items: AsyncIterable<T>): Promise<[first: T[], hasMore: boolean]> {
  const first: T[] = [];
  for await (const item of items) {
    if (first.length === MAX_FAILURES) return [first, true];
    first.push(item);
  }
  return [first, false];
}
