import { join } from 'node:path';
import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { html } from 'hono/html';
import type { AppConfig } from '../../core/http/app-config.ts';
import { contentPolicy } from '../../core/http/content-policy.ts';
import type { ServerAddress } from '../adapters/server-address.ts';
import { fileResponse } from './file-response.ts';

/** Whether the app in the browser can be served. */
export type AppState =
  | { kind: 'building' }
  | { kind: 'ready'; folder: string }
  | { kind: 'failed'; reason: string };

export interface AppPagesOptions {
  address: ServerAddress;
  /** Asked at each request: the app is built while the pipeline works. */
  app(): AppState;
  /** What `/config.json` answers. */
  config: AppConfig;
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  jpg: 'image/jpeg',
  png: 'image/png',
  webmanifest: 'application/manifest+json',
  txt: 'text/plain; charset=utf-8',
};
/** Addresses of others, and of files. */
const NOT_PAGES = /^\/(api|assets|objects|pictures|uploads|contact-sheet)(\/|$)|\.\w+$/;
/** Hashed names never change their content. */
const IMMUTABLE = 'public, max-age=31536000, immutable';

/** The app: its files, its configuration, and one page for every address that nothing else answers. */
export function appPages({ address, app, config }: AppPagesOptions): Hono<{ Bindings: HttpBindings }> {
  const pages = new Hono<{ Bindings: HttpBindings }>();
  pages.get('/config.json', ({ json }) => json(config, 200, { 'cache-control': 'no-cache' }));
  pages.get('/licenses.txt', async ({ req, notFound }) => {
    const state = app();
    if (state.kind !== 'ready') return notFound();
    const headers = { 'content-type': TYPES.txt ?? '', 'cache-control': 'no-cache' };
    const file = { path: join(state.folder, 'licenses.txt'), versionId: undefined, headers };
    return (await fileResponse(req.raw, file)) ?? notFound();
  });
  pages.get('/assets/:name', async ({ req, notFound }) => {
    const state = app();
    const name = req.param('name');
    const type = TYPES[name.slice(name.lastIndexOf('.') + 1)];
    if (state.kind !== 'ready' || type === undefined || !/^[\w.-]+$/.test(name)) return notFound();
    const headers = { 'content-type': type, 'cache-control': IMMUTABLE };
    const path = join(state.folder, 'assets', name);
    return (await fileResponse(req.raw, { path, versionId: undefined, headers })) ?? notFound();
  });
  pages.get('*', async (context) => {
    const { host, pathname, search } = new URL(context.req.url);
    if (NOT_PAGES.test(pathname)) return context.notFound();
    // Links have this name, and to a browser `localhost` is another site.
    if (host !== new URL(address.origin).host)
      return context.redirect(`${address.origin}${pathname}${search}`);
    return page(context, app(), policyFor(address, config.login?.issuer));
  });
  return pages;
}

async function page(context: Context, state: AppState, policy: string): Promise<Response> {
  const headers = { 'content-security-policy': policy, 'cache-control': 'no-cache' };
  if (state.kind === 'ready') {
    const file = { path: join(state.folder, 'index.html'), versionId: undefined };
    const found = await fileResponse(context.req.raw, {
      ...file,
      headers: { ...headers, 'content-type': TYPES.html ?? '' },
    });
    if (found !== undefined) return found;
  }
  const waiting = state.kind === 'failed' ? failedPage(state.reason) : BUILDING;
  const status = state.kind === 'failed' ? 500 : 200;
  return context.html(waiting, status, headers);
}

/** Pictures that are being uploaded are shown from memory: `blob:`. */
function policyFor({ origin }: ServerAddress, issuer: string | undefined): string {
  const login = issuer === undefined ? [] : [new URL(issuer).origin];
  return contentPolicy({
    images: ['blob:', 'data:'],
    connections: [origin.replace(/^http/, 'ws'), ...login],
  });
}

const BUILDING = html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta http-equiv="refresh" content="1" />
    <title>Darkroom is being built</title>
    <link rel="icon" href="data:," />
  </head>
  <body>
    <h1>Darkroom is being built</h1>
    <p>This takes a few seconds, once. The sample photos are being processed meanwhile.</p>
    <p>This page opens the app by itself. <a href="/contact-sheet">Contact sheet</a></p>
  </body>
</html> `;

function failedPage(reason: string) {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Darkroom could not be built</title>
    <link rel="icon" href="data:," />
  </head>
  <body>
    <h1>The app could not be built</h1>
    <p>The pipeline works: images in the inbox are processed. Run <code>npm ci</code>, then start Darkroom again.</p>
    <pre>${reason}</pre>
    <p><a href="/contact-sheet">Contact sheet</a> · <a href="/api/docs">API</a></p>
  </body>
</html> `;
}
