import { listFailedRuns } from '../../core/pipeline/failures.ts';
import type { ImageRecord, Incident } from '../../core/pipeline/record.ts';
import type { Ports } from '../../core/ports.ts';
import { UsageError } from '../usage.ts';

/** What can be redriven. */
export interface Failures {
  runs: ImageRecord[];
  incidents: Incident[];
}

/** One failure as a person reads it. */
export interface Failure {
  kind: 'run' | 'incident';
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
  const failures: Failures = { runs: [], incidents: [] };
  for await (const record of listFailedRuns(ports)) failures.runs.push(record);
  for await (const incident of ports.catalog.incidents()) failures.incidents.push(incident);
  return failures;
}

/**
 * Those that are meant: all, or the one whose id begins so.
 *
 * @throws UsageError where none or several begin so
 */
export function chooseFailures({ runs, incidents }: Failures, id: string | undefined): Failures {
  if (id === undefined) return { runs, incidents };
  const chosen = {
    runs: runs.filter(({ imageId }) => imageId.startsWith(id)),
    incidents: incidents.filter(({ incidentId }) => incidentId.startsWith(id)),
  };
  const found = chosen.runs.length + chosen.incidents.length;
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
    why: reason?.sentence ?? 'No reason was recorded.',
  };
}

export function describeIncident({ incidentId, queue, reason, bodyBytes }: Incident): Failure {
  return {
    kind: 'incident',
    id: incidentId,
    at: reason.at,
    attempts: 1,
    what: `a message of ${bodyBytes} bytes in the ${queue} queue`,
    code: reason.code,
    why: reason.sentence,
  };
}
