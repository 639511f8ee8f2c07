import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { API_PATH } from '../../core/http/env.ts';
import type { Pixels } from '../../core/ports.ts';
import { OBJECTS_PATH } from '../adapters/local-links.ts';
import { UPLOAD_PATH } from '../adapters/upload-forms.ts';
import type { DataFolder } from '../data-folder.ts';
import type { Log } from '../log.ts';
import { apiDependencies, type LaptopLogin, loginOf } from './api.ts';
import { type AppState, appPages } from './app-pages.ts';
import type { LiveHub } from './live-hub.ts';
import { liveSockets } from './live-socket.ts';
import { LocalServer } from './local-server.ts';
import { mountedApi } from './mounted-api.ts';
import { LOOPBACK_ONLY, type NetworkAccess } from './network-access.ts';
import { type ObjectServer, sendObject } from './objects.ts';
import { pages } from './pages.ts';
import { answerUpload } from './upload-answers.ts';

export interface ServeOptions {
  /** 0 takes any free port; undefined the default one, or the next that is free. */
  port: number | undefined;
  /** Who can reach it; by default this machine alone. */
  network?: NetworkAccess;
  /** Absolute. */
  contactSheet: string;
  live: LiveHub;
  pixels: Pixels;
  log: Log;
  /** The app in the browser. */
  app(): AppState;
  /** File names of the samples that the user started with. */
  samples: readonly string[];
  /** Without it, whoever uses this machine is its owner. */
  login?: LaptopLogin | undefined;
}

/** The local server over an open data folder. It does not listen yet. */
export function makeServer(
  folder: DataFolder,
  { port, network = LOOPBACK_ONLY, contactSheet, live, login, pixels, log, ...web }: ServeOptions,
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
  const dependencies = apiDependencies(folder, { live, login, pixels }, log);
  app.route('/', mountedApi(dependencies));
  // It shows the images of everybody.
  if (login === undefined) app.route('/', pages({ ports, contactSheet }));
  const config = { api: API_PATH, login: loginOf(login), samples: web.samples };
  app.route('/', appPages({ address, app: web.app, config }));
  const { onError } = dependencies;
  return new LocalServer({ port, network, address, app, live, onError });
}

function objectServer({ links, store, ports: { clock }, inbox, uploads }: DataFolder): ObjectServer {
  return { links, store, clock, sourceBuckets: [inbox.bucket, ...(uploads ? [uploads.bucket] : [])] };
}
