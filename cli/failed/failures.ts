import type { Reason } from '../../core/errors.ts';
import { listFailedRuns } from '../../core/pipeline/failures.ts';
import { type ImageView, imageView } from '../../core/pipeline/image-view.ts';
import type { ImageRecord, UnprocessableMessage } from '../../core/pipeline/record.ts';
import type { Ports } from '../../core/ports.ts';
import { printable } from '../console/text.ts';
import { UsageError } from '../usage.ts';

/** What can be redriven. */
export interface Failures {
  runs: ImageRecord[];
  unprocessableMessages: UnprocessableMessage[];
}

/** One failure, as `--json` prints it. */
export type FailureView = FailedRunView | UnprocessableMessageView;

/** The public view of an image whose run failed. */
interface FailedRunView extends ImageView {
  kind: 'run';
}

interface UnprocessableMessageView {
  kind: 'unprocessable';
  messageId: string;
  queue: string;
  bodyBytes: number;
  reason: Reason;
  /** When the message was recorded; ISO 8601. */
  recordedAt: string;
}

export async function collectFailures(ports: Ports): Promise<Failures> {
  const failures: Failures = { runs: [], unprocessableMessages: [] };
  for await (const record of listFailedRuns(ports)) failures.runs.push(record);
  for await (const unprocessable of ports.catalog.unprocessableMessages())
    failures.unprocessableMessages.push(unprocessable);
  return failures;
}

/**
 * The failures to redrive: all, or the one whose id begins with these digits.
 *
 * @throws UsageError where no id begins so, or several do
 */
export function chooseFailures({ runs, unprocessableMessages }: Failures, id: string | undefined): Failures {
  if (id === undefined) return { runs, unprocessableMessages };
  const chosen = {
    runs: runs.filter(({ imageId }) => imageId.startsWith(id)),
    unprocessableMessages: unprocessableMessages.filter(({ messageId }) => messageId.startsWith(id)),
  };
  const found = chosen.runs.length + chosen.unprocessableMessages.length;
  if (found === 1) return chosen;
  const problem = found === 0 ? 'no failure has this id' : `${found} ids begin so; give more digits`;
  throw new UsageError(`failed redrive --id ${id}: ${problem}. See: darkroom failed list`);
}

export function viewsOf({ settings }: Ports, { runs, unprocessableMessages }: Failures): FailureView[] {
  return [
    ...runs.map((record): FailedRunView => ({ kind: 'run', ...imageView(record, settings.processedBucket) })),
    ...unprocessableMessages.map(
      ({ messageId, queue, bodyBytes, reason }): UnprocessableMessageView => ({
        kind: 'unprocessable',
        messageId,
        queue,
        bodyBytes,
        reason: { code: reason.code, message: reason.message },
        recordedAt: reason.at,
      }),
    ),
  ];
}

/** When the failure happened; ISO 8601. */
export function timeOf(failure: FailureView): string {
  return failure.kind === 'run' ? (failure.endedAt ?? failure.createdAt) : failure.recordedAt;
}

/** A failure in the words of a table. */
export function describeFailure(failure: FailureView) {
  const isRun = failure.kind === 'run';
  return {
    id: (isRun ? failure.imageId : failure.messageId).slice(0, 12),
    at: timeOf(failure).slice(0, 16).replace('T', ' '),
    attempts: String(isRun ? failure.attempt : 1),
    what: isRun
      ? printable(failure.source.key)
      : `a message of ${failure.bodyBytes} bytes in the ${failure.queue} queue`,
    code: failure.reason?.code ?? 'UNKNOWN',
    why: printable(failure.reason?.message ?? 'No reason was recorded.'),
  };
}
