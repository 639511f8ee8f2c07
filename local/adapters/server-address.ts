import type { Database } from './database.ts';

/** Where the local server listens by default: nobody else on the network reaches it. */
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

  /** Under which users and links reach it: `http://127.0.0.1:4400` */
  get origin(): string {
    const { origin } = this.#row();
    return origin === null ? `http://${LOOPBACK}:${this.port}` : String(origin);
  }

  get port(): number {
    return Number(this.#row().port ?? DEFAULT_PORT);
  }

  /**
   * To be called when the server listens.
   *
   * @param origin under which others reach it; undefined on loopback
   */
  set(port: number, origin: string | undefined): void {
    this.#database.run(() => this.#statements.set.run(port, origin ?? null));
  }

  #row() {
    return this.#database.run(() => this.#statements.get.get()) ?? { port: null, origin: null };
  }
}

function prepare(database: Database) {
  return {
    get: database.prepare('SELECT port, origin FROM local_server'),
    set: database.prepare('UPDATE local_server SET port = ?, origin = ?'),
  };
}
