import { listFailedRuns } from '../../core/pipeline/failures.ts';
import type { ImageRecord, UnprocessableMessage } from '../../core/pipeline/record.ts';
import type { Ports } from '../../core/ports.ts';
import { UsageError } from '../usage.ts';

/** What can be redriven. */
export interface Failures {
  runs: ImageRecord[];
  unprocessableMessages: UnprocessableMessage[];
}

/** One failure as a person reads it. */
export interface Failure {
  kind: 'run' | 'unprocessable';
  id: string;
  /** ISO 8601. */
  at: string;
  attempts: number;
  /** Of a failed image. */
  run?: number;
  what: string;
  code: string;
  why: string;
}

export async function collectFailures(ports: Ports): Promise<Failures> {
  const failures: Failures = { runs: [], unprocessableMessages: [] };
  for await (const record of listFailedRuns(ports)) failures.runs.push(record);
  for await (const unprocessable of ports.catalog.unprocessableMessages())
    failures.unprocessableMessages.push(unprocessable);
  return failures;
}

/**
 * Those that are meant: all, or the one whose id begins so.
 *
 * @throws UsageError where none or several begin so
 */
export function chooseFailures({ runs, unprocessableMessages }: Failures, id: string | undefined): Failures {
  if (id === undefined) return { runs, unprocessableMessages };
  const chosen = {
    runs: runs.filter(({ imageId }) => imageId.startsWith(id)),
    unprocessableMessages: unprocessableMessages.filter(({ messageId }) => messageId.startsWith(id)),
  };
  const found = chosen.runs.length + chosen.unprocessableMessages.length;
  if (found === 1) return chosen;
  const problem = found === 0 ? 'nothing that failed has that id' : `${found} ids begin so; give more digits`;
  throw new UsageError(`failed redrive --id ${id}: ${problem}. See: darkroom failed list`);
}

export function describeRun(record: ImageRecord): Failure {
  const { imageId, attempt, run, source, reason, endedAt, createdAt } = record;
  return {
    kind: 'run',
    id: imageId,
    at: reason?.at ?? endedAt ?? createdAt,
    attempts: attempt,
    run,
    what: source.key,
    code: reason?.code ?? 'UNKNOWN',
    why: reason?.message ?? 'No reason was recorded.',
  };
}

export function describeIncident({ messageId, queue, reason, bodyBytes }: UnprocessableMessage): Failure {
  return {
    kind: 'unprocessable',
    id: messageId,
    at: reason.at,
    attempts: 1,
    what: `a message of ${bodyBytes} bytes in the ${queue} queue`,
    code: reason.code,
    why: reason.message,
  };
}
