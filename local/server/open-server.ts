import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { OBJECTS_PATH } from '../adapters/local-links.ts';
import { UPLOAD_PATH } from '../adapters/upload-forms.ts';
import type { DataFolder } from '../data-folder.ts';
import type { Log } from '../log.ts';
import type { LiveHub } from './live-hub.ts';
import { liveSockets } from './live-socket.ts';
import { LocalServer } from './local-server.ts';
import { type ObjectServer, sendObject } from './objects.ts';
import { pages } from './pages.ts';
import { answerUpload } from './upload-answers.ts';

export interface ServeOptions {
  /** 0 takes any free port. */
  port: number;
  /** Absolute. */
  contactSheet: string;
  live: LiveHub;
}

/** The local server over an open data folder. It does not listen yet. */
export function makeServer(
  folder: DataFolder,
  { port, contactSheet, live }: ServeOptions,
  log: Log,
): LocalServer {
  const { ports, address, uploads } = folder;
  const app = new Hono<{ Bindings: HttpBindings }>();
  const objects = objectServer(folder);
  app.get(`${OBJECTS_PATH}*`, ({ req }) => sendObject(objects, req.raw));
  if (uploads) {
    const server = { ...uploads, forms: folder.forms, queue: ports.queue };
    const onError = (error: unknown) => log.error('an upload failed', error);
    app.post(UPLOAD_PATH, ({ env }) => answerUpload(server, env.incoming, onError));
  }
  app.route('/', liveSockets(live, folder.tickets));
  app.route('/', pages({ ports, contactSheet }));
  const onError = (error: unknown, requestId: string) => log.error('a request failed', error, { requestId });
  return new LocalServer({ port, address, app, live, onError });
}

function objectServer({ links, store, ports: { clock }, inbox, uploads }: DataFolder): ObjectServer {
  return { links, store, clock, sourceBuckets: [inbox.bucket, ...(uploads ? [uploads.bucket] : [])] };
}
