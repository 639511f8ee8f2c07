import type { Database } from './database.ts';

/** The only address that the local server listens on: nobody else on the network reaches it. */
export const LOOPBACK = '127.0.0.1';

/** Where the local server listens unless the user chose a port or another program has this one. */
export const DEFAULT_PORT = 4400;

/** Where the local server of a data folder is, for every process that makes links to it. */
export class ServerAddress {
  readonly #database: Database;
  readonly #statements: ReturnType<typeof prepare>;

  constructor(database: Database) {
    this.#database = database;
    this.#statements = prepare(database);
  }

  /** `http://127.0.0.1:4400` */
  get origin(): string {
    return `http://${LOOPBACK}:${this.port}`;
  }

  get port(): number {
    const row = this.#database.run(() => this.#statements.get.get());
    return row?.port ? Number(row.port) : DEFAULT_PORT;
  }

  /** To be called when the server listens. */
  set port(port: number) {
    this.#database.run(() => this.#statements.set.run(port));
  }
}

function prepare(database: Database) {
  return {
    get: database.prepare('SELECT port FROM local_server'),
    set: database.prepare('UPDATE local_server SET port = ?'),
  };
}
