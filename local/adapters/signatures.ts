import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Database } from './database.ts';

const SECRET_BYTES = 32;

/** What is signed. A signature for one purpose is none for another. */
export type Purpose = 'link' | 'upload';

/** Signs with a key that is made once for each data folder, and never leaves its database. */
export class Signatures {
  readonly #secret: Uint8Array;

  /** @throws TransientError where the database can't be used */
  constructor(database: Database) {
    const insert = database.prepare('INSERT OR IGNORE INTO local_server (id, secret) VALUES (1, ?)');
    const select = database.prepare('SELECT secret FROM local_server');
    this.#secret = database.transaction(() => {
      insert.run(randomBytes(SECRET_BYTES));
      return select.get()?.secret as Uint8Array;
    });
  }

  /** HMAC-SHA256, base64url. The order and the types of the values count. */
  sign(purpose: Purpose, values: readonly (string | number | null)[]): string {
    return this.#hmac(purpose, values).toString('base64url');
  }

  /** Compares in constant time, so that nobody can guess a signature byte by byte. */
  isValid(signature: string, purpose: Purpose, values: readonly (string | number | null)[]): boolean {
    const expected = this.#hmac(purpose, values);
    const given = Buffer.from(signature, 'base64url');
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  #hmac(purpose: Purpose, values: readonly (string | number | null)[]): Buffer {
    return createHmac('sha256', this.#secret)
      .update(JSON.stringify([purpose, ...values]))
      .digest();
  }
}
