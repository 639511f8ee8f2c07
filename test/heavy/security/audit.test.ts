import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { auditPackages } from './audit.ts';

/** The audit of our packages by the real npm, with a registry on the loopback interface. */
async function auditBy(registry: RequestListener) {
  const server = createServer(registry).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const cache = mkdtempSync(join(tmpdir(), 'darkroom-npm-'));
  onTestFinished(() => {
    server.close();
    rmSync(cache, { recursive: true });
  });
  const { port } = server.address() as AddressInfo;
  return auditPackages({
    npm_config_registry: `http://127.0.0.1:${port}/`,
    // npm caches what it derives from an advisory.
    npm_config_cache: cache,
    npm_config_fetch_retries: '0',
    NO_PROXY: '127.0.0.1',
    no_proxy: '127.0.0.1',
  });
}

/** A registry that knows one flaw, in every version of a package. */
function knowingOf(name: string, severity: string): RequestListener {
  const advisory = {
    id: 1,
    url: 'https://example.com/1',
    title: 'A flaw',
    severity,
    vulnerable_versions: '*',
  };
  return ({ method, url = '' }, response) => {
    const isAudit = method === 'POST' && url.endsWith('/advisories/bulk');
    response.statusCode = isAudit ? 200 : 404;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(isAudit ? { [name]: [advisory] } : {}));
  };
}

function refusing(statusCode: number): RequestListener {
  return (_, response) => {
    response.statusCode = statusCode;
    response.end();
  };
}

describe('the audit of our packages', () => {
  it.each(['high', 'critical'])('finds what is %s', async (severity) => {
    expect(await auditBy(knowingOf('sharp', severity))).toEqual({
      serious: [`sharp: ${severity}`],
      others: 0,
    });
  });

  it('counts less severe flaws', async () => {
    expect(await auditBy(knowingOf('sharp', 'moderate'))).toEqual({ serious: [], others: 1 });
  });

  it('finds nothing if nothing is known', async () => {
    expect(await auditBy(knowingOf('somebody-elses', 'critical'))).toEqual({ serious: [], others: 0 });
  });

  it.each([404, 405, 501])(
    'says that a registry was not asked which answers %s, as it offers none',
    async (code) => {
      expect(await auditBy(refusing(code))).toEqual({ notAsked: expect.stringContaining(String(code)) });
    },
  );

  it('fails if a registry that may offer audits does not answer', async () => {
    await expect(auditBy(refusing(503))).rejects.toThrow(/no answer/);
  });
});
