import type { Context } from 'aws-lambda';
import { rewriteTrends, type TrendsReport } from '../../core/trends/rewrite-trends.ts';
import { documentClient } from '../adapters/clients.ts';
import { dynamoTrends } from '../adapters/dynamo-trends.ts';
import { logger, traced } from '../runtime/observability.ts';
import { functionPorts } from '../runtime/ports.ts';
import { readSettings } from '../runtime/settings.ts';

const settings = readSettings();
const ports = { ...functionPorts(settings), trends: dynamoTrends(documentClient(), settings.tableName) };

/** Every hour: writes the trends of yesterday, of today and of days that changed since. */
export async function handler(_event: unknown, context: Context): Promise<TrendsReport> {
  logger.addContext(context);
  const report = await traced('trends', '', () => rewriteTrends(ports));
  logger.info('done', { report });
  return report;
}
