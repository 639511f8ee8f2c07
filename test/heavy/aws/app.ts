import assert from 'node:assert/strict';
import type { Deployment } from './deployment.ts';
import { type Answer, ask } from './request.ts';

/**
 * The app as a browser loads it from CloudFront. MiniStack goes by the header Host, keeps nothing at an edge, and
 * forwards no WebSocket.
 */
export async function checkApp(deployment: Deployment): Promise<void> {
  const { AppUrl, Issuer, AppClientId, SourceBucketName } = deployment.outputs;
  const get = (path: string) => askApp(AppUrl, path);
  const page = await get('/');
  const policy = String(page.headers['content-security-policy']);
  assert.deepEqual([page.status, page.headers['cache-control']], [200, 'no-cache']);
  assert.match(
    policy,
    new RegExp(`connect-src 'self' wss://${new URL(AppUrl).host} https://${SourceBucketName}`),
  );
  assert.equal(page.headers['x-amz-meta-content-policy'], undefined);
  assert.match(String(page.headers['strict-transport-security']), /^max-age=31536000/);
  for (const path of ['/trash', `/images/${'0'.repeat(64)}`]) {
    assert.deepEqual((await get(path)).body, page.body, `${path} is a deep link`);
  }
  await checkAssets(page, get);

  const config = (await get('/config.json')).json<{
    api: string;
    login: { issuer: string; clientId: string };
  }>();
  assert.equal(config.api, '/api/v1');
  assert.deepEqual([config.login.issuer, config.login.clientId], [Issuer, AppClientId]);
  const refused = await get('/api/v1/nothing');
  assert.deepEqual([refused.status, refused.headers['content-type']], [401, 'application/problem+json']);
}

const TYPES: Readonly<Record<string, RegExp>> = {
  '.js': /javascript/,
  '.css': /^text\/css/,
  '.svg': /^image\/svg/,
};

/** Every script, style and icon that the page names, with its type and kept for a year. */
async function checkAssets(page: Answer, get: (path: string) => Promise<Answer>): Promise<void> {
  const names = [...page.body.toString().matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(
    ([, name = '']) => name,
  );
  assert.ok(names.some((name) => name.endsWith('.js')) && names.some((name) => name.endsWith('.css')));
  for (const name of names) {
    const { status, headers } = await get(name);
    assert.equal(status, 200, name);
    assert.match(String(headers['content-type']), TYPES[name.slice(name.lastIndexOf('.'))] ?? /^$/, name);
    assert.match(String(headers['cache-control']), /immutable/);
  }
}

/** Sends a request for the name of the deployment. */
export function askApp(appUrl: string, path: string, sent: Parameters<typeof ask>[1] = {}): Promise<Answer> {
  return ask(`${process.env.AWS_ENDPOINT_URL}${path}`, { ...sent, host: new URL(appUrl).host });
}
