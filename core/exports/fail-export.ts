import type { ExportPorts } from '../ports.ts';
import { UNFINISHED } from './export-record.ts';

/**
 * Ends the export of a dead-letter message as FAILED, with the reason of its last try. One that has ended stays as it is.
 *
 * @throws TransientError when the message should come again
 */
export async function failExport(
  { exports, clock }: Pick<ExportPorts, 'exports' | 'clock'>,
  exportId: string,
): Promise<void> {
  const record = await exports.get(exportId);
  const last = record?.reason;
  await exports.update(exportId, UNFINISHED, {
    state: 'FAILED',
    reason: {
      code: last?.code ?? 'DEAD_LETTER',
      message: last
        ? `The exports queue gave up after its last try: ${last.message}`
        : 'The exports queue gave up: no try ended or left a reason.',
    },
    endedAt: clock.now().toISOString(),
  });
}
