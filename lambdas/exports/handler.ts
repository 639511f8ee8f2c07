import { readExportId } from '../../core/exports/export-task.ts';
import { runExport } from '../../core/exports/run-export.ts';
import { documentClient, largeObjectClient } from '../adapters/clients.ts';
import { dynamoExports } from '../adapters/dynamo-exports.ts';
import { s3ObjectStreams } from '../adapters/s3-object-streams.ts';
import { queueHandler } from '../runtime/message-handler.ts';
import { logger } from '../runtime/observability.ts';
import { awsPorts } from '../runtime/ports.ts';
import { readSettings } from '../runtime/settings.ts';

const settings = readSettings();
const ports = {
  ...awsPorts(settings),
  exports: dynamoExports(documentClient(), settings.tableName),
  streams: s3ObjectStreams(largeObjectClient()),
};

/** Consumes the queue of the exports: each message asks for one archive. */
export const handler = queueHandler(async ({ body }) => {
  const exportId = readExportId(body);
  const record = await runExport(ports, exportId);
  const { state, files, leftOut, bytes, reason } = record ?? {};
  logger.info('exported', { exportId, state, files, leftOut, bytes, code: reason?.code });
});
