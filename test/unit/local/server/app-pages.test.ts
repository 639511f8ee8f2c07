import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AppConfig } from '../../../../core/http/app-config.ts';
import { type AppState, appPages } from '../../../../local/server/app-pages.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const CONFIG = { api: '/api/v1', login: null, samples: ['a.jpg'] };

describe('the app in the browser', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let state: AppState;

  beforeEach(() => {
    folder = temporaryFolder();
    mkdirSync(join(folder.path, 'assets'));
    writeFileSync(join(folder.path, 'index.html'), '<!doctype html>The app');
    writeFileSync(join(folder.path, 'assets', 'index-1a2b.js'), 'start()');
    writeFileSync(join(folder.path, 'assets', 'notes.md'), 'no asset of ours');
    state = { kind: 'ready', folder: folder.path };
  });
  afterEach(() => folder[Symbol.dispose]());

  async function get(path: string, host = '127.0.0.1:4400', config: AppConfig = CONFIG): Promise<Response> {
    const address = { port: 4400, origin: 'http://127.0.0.1:4400' } as Parameters<
      typeof appPages
    >[0]['address'];
    const app = appPages({ address, app: () => state, config });
    return app.request(`http://${host}${path}`);
  }

  it.each(['/', '/trash', '/images/0123', '/?album=Trip'])(
    'answers %s, as the address may be a deep link',
    async (path) => {
      const response = await get(path);
      expect([response.status, await response.text()]).toEqual([200, '<!doctype html>The app']);
      expect(response.headers.get('cache-control')).toBe('no-cache');
    },
  );

  it('loads nothing from elsewhere, and no script or style of the page itself', async () => {
    const policy = (await get('/')).headers.get('content-security-policy');
    expect(policy?.split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' blob: data:",
      "connect-src 'self' ws://127.0.0.1:4400",
      "manifest-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
  });

  it('may reach the login provider, where there is one', async () => {
    const login = { issuer: 'https://login.example/tenant', clientId: 'page', scopes: ['openid'] };
    const response = await get('/', undefined, { ...CONFIG, login });
    expect(response.headers.get('content-security-policy')).toContain(
      "connect-src 'self' ws://127.0.0.1:4400 https://login.example;",
    );
  });

  it('lets browsers keep files whose names hold their hash', async () => {
    const response = await get('/assets/index-1a2b.js');
    expect(await response.text()).toBe('start()');
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  });

  it('lists the licences of its libraries', async () => {
    writeFileSync(join(folder.path, 'licenses.txt'), 'react: MIT');
    const response = await get('/licenses.txt');
    expect([response.status, await response.text()]).toEqual([200, 'react: MIT']);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    state = { kind: 'building' };
    expect((await get('/licenses.txt')).status).toBe(404);
  });

  it.each([
    '/assets/none-1a2b.js',
    '/assets/notes.md',
    '/assets/..%2findex.html',
    '/assets',
    '/api/v2',
    '/objects/x',
    '/contact-sheet',
    '/favicon.ico',
  ])('is not at %s', async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  it('has one name, since a browser takes localhost for another site than that of the links', async () => {
    const response = await get('/images/0123?a=b', 'localhost:4400');
    expect([response.status, response.headers.get('location')]).toEqual([
      302,
      'http://127.0.0.1:4400/images/0123?a=b',
    ]);
  });

  it('tells the page where everything is', async () => {
    expect(await (await get('/config.json')).json()).toEqual(CONFIG);
  });

  it('says that it is being built, and opens by itself', async () => {
    state = { kind: 'building' };
    const response = await get('/images/0123');
    const text = await response.text();
    expect([response.status, text]).toEqual([200, expect.stringContaining('Darkroom is being built')]);
    expect(text).toContain('http-equiv="refresh"');
    expect((await get('/assets/index-1a2b.js')).status).toBe(404);
  });

  it('says why it could not be built', async () => {
    state = { kind: 'failed', reason: 'Unexpected "<" in web/main.tsx' };
    const response = await get('/');
    expect(response.status).toBe(500);
    expect(await response.text()).toContain('Unexpected &quot;&lt;&quot; in web/main.tsx');
  });
});
