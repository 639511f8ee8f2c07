import { UnprocessableMessageError } from '../errors.ts';
import { keepUnprocessable } from '../pipeline/record-dead-letter.ts';
import type { ExportPorts } from '../ports.ts';
import { UNFINISHED } from './export-record.ts';
import { readExportId } from './export-task.ts';

type Ports = Pick<ExportPorts, 'exports' | 'clock' | 'catalog'>;

/**
 * Ends the export of a dead-letter message as FAILED, or keeps the message as unprocessable where it can't be read. After
 * that it may be deleted.
 *
 * @returns the id of the export; undefined for an unprocessable message
 * @throws TransientError when the message should come again
 */
export async function recordDeadExport(ports: Ports, body: string): Promise<string | undefined> {
  try {
    const exportId = readExportId(body);
    await failExport(ports, exportId);
    return exportId;
  } catch (error) {
    if (!(error instanceof UnprocessableMessageError)) throw error;
    await keepUnprocessable(ports, { queue: 'exports', body }, error);
    return undefined;
  }
}

/** With the reason of its last try. One that has ended stays as it is. */
async function failExport({ exports, clock }: Ports, exportId: string): Promise<void> {
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
