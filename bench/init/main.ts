import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { API_SETTINGS_VARIABLE, type ApiSettings } from '../../core/api-settings.ts';
import { SETTINGS_VARIABLE } from '../../core/settings.ts';
import { bundleHandlers } from '../../docker/bundle.ts';
import { settingsJson } from '../../test/support/deployed-settings.ts';
import { markdownTable } from '../table.ts';
import { inTemporaryFolder } from '../temporary-folder.ts';
import { initCpuMs, installRuntimeClient } from './runtime-client.ts';

/*
 * The CPU time that the function of the API takes to start, under the runtime client of AWS: `npm run bench:init`. It fails
 * where the best start takes 400 ms or more: everything that disturbs only adds. Linux alone; the first run installs the
 * client.
 */

const RUNS = 21;
const LIMIT_MS = 400;

const API: ApiSettings = {
  issuer: 'https://login.example.test',
  audience: ['darkroom'],
  scopes: [],
  linkRoleArn: 'arn:aws:iam::111122223333:role/links',
  uploadRoleArn: 'arn:aws:iam::111122223333:role/uploads',
  pixelsFunctionName: 'pixels',
  live: { tableName: 'live', url: 'wss://live.example.test' },
};

/** What Lambda and the stack set, as far as the start looks at it. */
const ENVIRONMENT = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'ASIAEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_SESSION_TOKEN: 'token',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_NAME: 'api',
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1769',
  AWS_LAMBDA_LOG_GROUP_NAME: 'api',
  AWS_LAMBDA_LOG_STREAM_NAME: 'stream',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  [SETTINGS_VARIABLE]: settingsJson(),
  [API_SETTINGS_VARIABLE]: JSON.stringify(API),
};

await installRuntimeClient();
const best = await inTemporaryFolder(async (folder) => {
  bundleHandlers(['api'], folder);
  writeFileSync(join(folder, 'empty.mjs'), 'export const handler = () => {};');
  const megabytes = (statSync(join(folder, 'api.mjs')).size / 1e6).toFixed(2);
  const rows = {
    [`the API, ${megabytes} MB`]: await measured(folder, 'api'),
    'an empty function': await measured(folder, 'empty'),
  };
  const cells = Object.entries(rows).map(([name, ofRow]) => [name, ...ofRow.map((ms) => `${ms} ms`)]);
  console.log(`CPU time from the start of the process to the first event, ${RUNS} starts each:\n`);
  console.log(markdownTable(['function', 'best', 'median', 'worst'], cells));
  return rows[`the API, ${megabytes} MB`]?.[0] ?? Number.POSITIVE_INFINITY;
});
if (best >= LIMIT_MS) {
  console.error(`\nexpected the best start of the API under ${LIMIT_MS} ms of CPU time, measured ${best} ms`);
  process.exitCode = 1;
}

/** The best, the median and the worst of some starts. */
async function measured(folder: string, handler: string): Promise<number[]> {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run += 1) times.push(await initCpuMs(folder, handler, ENVIRONMENT));
  times.sort((a, b) => a - b);
  return [0, Math.floor(RUNS / 2), RUNS - 1].map((index) => times[index] ?? Number.NaN);
}
