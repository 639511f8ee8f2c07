import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { logger } from '../runtime/observability.ts';
import { functionPorts } from '../runtime/ports.ts';
import { readSettings } from '../runtime/settings.ts';
import { checkHealth } from './check-health.ts';

const ports = functionPorts(readSettings());

/** GET /health, for monitors: 200 if an image could be processed, else 503 with the names of what does not answer. */
export async function handler(): Promise<APIGatewayProxyStructuredResultV2> {
  const silent = await checkHealth(ports);
  for (const [name, error] of silent) logger.error('does not answer', { name, error });
  return {
    statusCode: silent.size === 0 ? 200 : 503,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: JSON.stringify({ healthy: silent.size === 0, missing: [...silent.keys()] }),
  };
}
