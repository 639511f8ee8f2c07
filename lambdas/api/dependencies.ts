import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiSettings } from '../../core/api-settings.ts';
import { tokenAuthenticator } from '../../core/http/authenticate.ts';
import type { ApiDependencies, LoginSettings } from '../../core/http/dependencies.ts';
import type { DeployedSettings } from '../../core/settings.ts';
import { documentClient, lambdaClient } from '../adapters/clients.ts';
import { dynamoExports } from '../adapters/dynamo-exports.ts';
import { dynamoTrends } from '../adapters/dynamo-trends.ts';
import { LiveTable } from '../adapters/live-table.ts';
import { pixelsFunction } from '../adapters/pixels-function.ts';
import { linkSigner } from '../adapters/signer.ts';
import { uploadSigner } from '../adapters/upload-signer.ts';
import { logger } from '../runtime/observability.ts';
import { functionPorts } from '../runtime/ports.ts';
import { functionProgress } from '../runtime/progress.ts';

/** What the HTTP API has on AWS. Call it once, outside the handler. */
export function apiDependencies(settings: DeployedSettings, api: ApiSettings): ApiDependencies {
  const ports = functionPorts(settings);
  return {
    ports: {
      ...ports,
      links: linkSigner(api.linkRoleArn, settings.urlTtlS),
      uploads: uploadSigner(api.uploadRoleArn, settings.sourceBucket),
      progress: functionProgress(settings),
      tickets: new LiveTable(documentClient(), api.live),
      trends: dynamoTrends(documentClient(), settings.tableName),
      exports: dynamoExports(documentClient(), settings.tableName),
      pixels: pixelsFunction(lambdaClient(), api),
      audit: ({ principal, ...line }) => {
        logger.info('audit', { ...line, by: principal.id, kind: principal.kind });
      },
    },
    authenticate: tokenAuthenticator(api),
    onError: (error, requestId) => logger.error('failed', { requestId, error }),
    // They lie beside the bundle.
    readDocsAsset: async (name) => new Uint8Array(await readFile(join(import.meta.dirname, name))),
    login: loginOf(api),
  };
}

function loginOf({ issuer, clientId, scopes }: ApiSettings): LoginSettings | null {
  return clientId === undefined ? null : { issuer, clientId, scopes };
}
