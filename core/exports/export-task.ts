import * as z from 'zod';
import { UnprocessableMessageError } from '../errors.ts';
import { describeIssues } from '../validation.ts';

/** The version that this release writes. See pipeline/messages/tasks.ts. */
const TASK_VERSION = 1;

export const exportId = z.string().regex(/^[\w-]{22}$/, 'expected the id of an export: 22 characters');

const exportTask = z.object({
  version: z.literal(TASK_VERSION),
  type: z.literal('export'),
  exportId,
});

/** The message that asks for an archive. */
export function exportBody({ exportId }: { exportId: string }): string {
  return JSON.stringify({ version: TASK_VERSION, type: 'export', exportId } satisfies z.infer<
    typeof exportTask
  >);
}

/**
 * The id of the export that a message asks for.
 *
 * @throws UnprocessableMessageError
 */
export function readExportId(body: string): string {
  const parsed = exportTask.safeParse(parseJson(body));
  if (!parsed.success) throw new UnprocessableMessageError(describeIssues(parsed.error));
  return parsed.data.exportId;
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new UnprocessableMessageError('expected JSON', { cause });
  }
}
