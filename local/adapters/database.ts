import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { InvalidInputError } from '../../core/errors.ts';
import { migrate } from './schema.ts';
import { folderGone, sqliteCodeOf, storageError } from './storage-errors.ts';

const SQLITE_BUSY = 5;

/** The database of one data folder, owned by this process alone. */
export class Database {
  readonly path: string;
  readonly #sql: DatabaseSync;
  readonly #lock: DatabaseSync;
  readonly #inode: bigint;

  /** Use {@link openDatabase}. */
  constructor(path: string, sql: DatabaseSync, lock: DatabaseSync) {
    this.path = path;
    this.#sql = sql;
    this.#lock = lock;
    this.#inode = statSync(path, { bigint: true }).ino;
  }

  prepare(sql: string): StatementSync {
    return this.#sql.prepare(sql);
  }

  /**
   * Runs statements that need no transaction around them.
   *
   * @throws TransientError when the disk is full, read-only or gone
   */
  run<T>(work: () => T): T {
    try {
      this.#expectFile();
      return work();
    } catch (error) {
      throw storageError(error, `use the database ${this.path}`);
    }
  }

  /**
   * Runs the work in one transaction: all of its statements take effect, or none.
   *
   * @throws TransientError when the disk is full, read-only or gone
   */
  transaction<T>(work: () => T): T {
    return this.run(() => {
      this.#sql.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        this.#sql.exec('COMMIT');
        return result;
      } catch (error) {
        // Some errors, a full disk among them, have rolled it back already.
        if (this.#sql.isTransaction) this.#sql.exec('ROLLBACK');
        throw error;
      }
    });
  }

  /** Closes the database and lets another process have the folder. */
  close(): void {
    this.#sql.close();
    this.#lock.close();
  }

  /** An open file lives on after its folder was removed: without this, records would be written to nowhere. */
  #expectFile(): void {
    const facts = statSync(this.path, { bigint: true, throwIfNoEntry: false });
    if (facts?.ino !== this.#inode) throw folderGone(`use the database ${this.path}`);
  }
}

/**
 * Opens `darkroom.db` in the folder, making both where they are missing, for this process alone.
 *
 * @throws InvalidInputError where another process has the folder, or a newer release has written the database
 * @throws TransientError where the folder can't be written
 */
export function openDatabase(directory: string): Database {
  const path = join(directory, 'darkroom.db');
  let lock: DatabaseSync | undefined;
  try {
    mkdirSync(directory, { recursive: true });
    lock = takeLock(directory);
    return new Database(path, openSql(path), lock);
  } catch (error) {
    lock?.close();
    throw storageError(error, `open the database ${path}`);
  }
}

/**
 * A second file, held in an exclusive transaction. The operating system lets go of it when the process ends,
 * however it ends, so that there is no stale lock to clear away.
 */
function takeLock(directory: string): DatabaseSync {
  const lock = new DatabaseSync(join(directory, 'darkroom.lock'));
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    if (sqliteCodeOf(error) !== SQLITE_BUSY) throw error;
    throw new InvalidInputError(
      `Another Darkroom is running on the folder ${directory}. Stop it, or give this one another data folder.`,
      { cause: error },
    );
  }
}

function openSql(path: string): DatabaseSync {
  const sql = new DatabaseSync(path);
  try {
    /*
     * WAL with NORMAL loses nothing when the process is killed: what is committed is in the operating system's
     * hands. A power cut may take back the last commits, all of them in order, which is as if the process had
     * been killed a moment earlier: the work is done again, under the same keys and event ids. FULL would wait
     * for the disk some 25 times an image to save that moment.
     */
    sql.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    migrate(sql, path);
    return sql;
  } catch (error) {
    sql.close();
    throw error;
  }
}
