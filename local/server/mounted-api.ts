import type { IncomingMessage } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { createApi, maxBodyBytes } from '../../core/http/app.ts';
import type { ApiDependencies } from '../../core/http/dependencies.ts';

/** The API as a part of an app. Its paths begin with `/api`. */
export function mountedApi(dependencies: ApiDependencies): Hono<{ Bindings: HttpBindings }> {
  const api = createApi(dependencies);
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.all('/api/*', async ({ req, env }) => api.fetch(await platformRequest(req.raw, env.incoming)));
  return app;
}

/**
 * The request as one of the platform's own, since its constructor refuses node-server's. The body is read here, so that
 * an answer to one that is too long leaves a connection from which the rest can still be read.
 */
async function platformRequest(request: Request, incoming: IncomingMessage): Promise<Request> {
  const { url, method, headers, signal } = request;
  const init = { method, headers, signal };
  if (method === 'GET' || method === 'HEAD') return new Request(url, init);
  const body = await bytesUpTo(
    incoming,
    maxBodyBytes(new URL(incoming.url ?? '', 'http://localhost').pathname) + 1,
  );
  return new Request(url, body.length === 0 ? init : { ...init, body });
}

/** The first bytes of a body. What follows is left to the server. */
async function bytesUpTo(incoming: IncomingMessage, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= maxBytes) break;
  }
  return new Uint8Array(Buffer.concat(chunks));
}
