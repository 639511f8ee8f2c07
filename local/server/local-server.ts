import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { InvalidInputError } from '../../core/errors.ts';
import { HttpProblemError, PROBLEM_TYPE, type Problem, problemOf } from '../../core/http/problem.ts';
import { DEFAULT_PORT, type ServerAddress } from '../adapters/server-address.ts';
import { errnoOf } from '../adapters/storage-errors.ts';
import { guard, SECURITY_HEADERS } from './guard.ts';
import type { LiveHub } from './live-hub.ts';
import { socketServer } from './live-socket.ts';
import type { NetworkAccess } from './network-access.ts';
import { requirePassword } from './password.ts';

export interface LocalServerOptions {
  /** 0 takes any free port; undefined the default one, or the next that is free. */
  port: number | undefined;
  network: NetworkAccess;
  address: ServerAddress;
  /** What it serves. */
  app: Hono<{ Bindings: HttpBindings }>;
  live: LiveHub;
  /** Called with what ends as 500 or 503, so that it reaches the log. */
  onError(error: unknown, requestId: string): void;
}

/** Answers in progress get this long when the server stops. */
const GRACE_MS = 1000;
/** From the default port on, where the user chose none. */
const PORTS_TRIED = 20;

/** The HTTP server of the laptop edition, on loopback unless the user lets others in. */
export class LocalServer {
  readonly #server: Server;
  readonly #options: LocalServerOptions;

  constructor(options: LocalServerOptions) {
    this.#options = options;
    const app = guardedApp(options);
    this.#server = createAdaptorServer({
      fetch: app.fetch,
      hostname: options.network.listen,
      // The global Request and Response belong to the whole process.
      overrideGlobalObjects: false,
      createServer,
      serverOptions: {
        shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
      },
      websocket: { server: socketServer() },
    }) as Server;
  }

  /** @throws InvalidInputError where the port is in use or not allowed */
  async listen(): Promise<void> {
    const { port, address, network } = this.#options;
    const last = port ?? DEFAULT_PORT + PORTS_TRIED - 1;
    for (let next = port ?? DEFAULT_PORT; ; next += 1) {
      try {
        await this.#listenOn(next);
        break;
      } catch (error) {
        if (next === last || errnoOf(error) !== 'EADDRINUSE') throw listenError(error, next);
      }
    }
    address.set((this.#server.address() as AddressInfo).port, network.origin);
  }

  #listenOn(port: number): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, this.#options.network.listen, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
  }

  /** Accepts no further request, and resolves when the last answer has ended or been cut off. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    this.#options.live.close();
    const overdue = setTimeout(() => {
      this.#server.closeAllConnections();
      this.#options.live.terminate();
    }, GRACE_MS);
    await closed;
    clearTimeout(overdue);
  }
}

/** The app behind the guard. Every answer has the headers that make it safe, whoever gives it. */
function guardedApp({ address, network, app, onError }: LocalServerOptions) {
  const guarded = new Hono<{ Bindings: HttpBindings }>();
  guarded.onError((error) => {
    const requestId = crypto.randomUUID();
    const found = problemOf(error, requestId);
    if (found.status >= 500) onError(error, requestId);
    return problemResponse(found, error instanceof HttpProblemError ? error.headers : {});
  });
  guarded.use(async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
      if (!context.res.headers.has(name)) context.header(name, value);
    }
  });
  guarded.use(async ({ req, env }, next) => {
    const { headers, url = '' } = env.incoming;
    const [site, mode] = [req.header('sec-fetch-site'), req.header('sec-fetch-mode')];
    guard({ host: headers.host, origin: headers.origin, site, mode, url }, address);
    await next();
  });
  if (network.password !== undefined) guarded.use(requirePassword(network.password));
  guarded.route('/', app);
  return guarded;
}

function problemResponse(problem: Problem, headers: Record<string, string>): Response {
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { 'content-type': PROBLEM_TYPE, ...headers },
  });
}

function listenError(error: unknown, port: number): unknown {
  const advice = 'Give it another one: --port, or `port` in the config file. With 0 it takes any free one.';
  if (errnoOf(error) === 'EADDRINUSE') {
    return new InvalidInputError(`Port ${port} is in use by another program. ${advice}`, { cause: error });
  }
  if (errnoOf(error) === 'EADDRNOTAVAIL') {
    const message =
      'This machine does not have the address to listen on. Give --listen one of its own, or 0.0.0.0.';
    return new InvalidInputError(message, { cause: error });
  }
  if (errnoOf(error) === 'EACCES') {
    return new InvalidInputError(`Port ${port} is not allowed on this machine. ${advice}`, { cause: error });
  }
  return error;
}
