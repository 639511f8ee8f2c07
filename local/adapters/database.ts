import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { InvalidInputError } from '../../core/errors.ts';
import { migrate } from './schema.ts';
import { folderGone, sqliteCodeOf, storageError } from './storage-errors.ts';

const SQLITE_BUSY = 5;
const LOCK_FILE = 'darkroom.lock';
/** Windows knows no such modes, and keeps the rights of the folder. */
const OWNER_ONLY = 0o600;
/** How long to wait for another process to end its transaction. */
const BUSY_TIMEOUT_MS = 5000;

/** Another process has the folder. */
export class FolderInUseError extends InvalidInputError {}

/** The database of one data folder. */
export class Database {
  readonly path: string;
  readonly #sql: DatabaseSync;
  readonly #lock: DatabaseSync | undefined;
  readonly #inode: bigint;

  /** Use {@link openDatabase} or {@link attachToDatabase}. */
  constructor(path: string, sql: DatabaseSync, lock?: DatabaseSync) {
    this.path = path;
    this.#sql = sql;
    this.#lock = lock;
    this.#inode = statSync(path, { bigint: true }).ino;
  }

  /** Whether this process has the folder for itself. A process that is only attached writes no files. */
  get isOwner(): boolean {
    return this.#lock !== undefined;
  }

  prepare(sql: string): StatementSync {
    return this.#sql.prepare(sql);
  }

  /**
   * Runs statements that need no transaction.
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
   * Runs the work in one transaction: all of its statements take effect, or none does.
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
        // Some errors, such as a full disk, have rolled it back already.
        if (this.#sql.isTransaction) this.#sql.exec('ROLLBACK');
        throw error;
      }
    });
  }

  /** A transaction that is on the disk when it returns: not even a power cut undoes it. */
  durableTransaction<T>(work: () => T): T {
    this.run(() => this.#sql.exec('PRAGMA synchronous = FULL'));
    try {
      return this.transaction(work);
    } finally {
      this.#sql.exec('PRAGMA synchronous = NORMAL');
    }
  }

  /** Closes the database and lets another process have the folder. */
  close(): void {
    this.#sql.close();
    this.#lock?.close();
  }

  /** An open file outlives the removal of its folder. Without this check, records would be written to nowhere. */
  #expectFile(): void {
    const info = statSync(this.path, { bigint: true, throwIfNoEntry: false });
    if (info?.ino !== this.#inode) throw folderGone(`use the database ${this.path}`);
  }
}

/**
 * Opens `darkroom.db` in the folder for this process alone. A missing folder or database is made.
 *
 * @throws FolderInUseError where another process has the folder
 * @throws InvalidInputError where a newer release has written the database
 * @throws TransientError where the folder can't be written
 */
export function openDatabase(directory: string): Database {
  const path = join(directory, 'darkroom.db');
  let lock: DatabaseSync | undefined;
  try {
    mkdirSync(directory, { recursive: true });
    lock = takeLock(directory);
    const sql = openSql(path);
    keepPrivate(path);
    return new Database(path, sql, lock);
  } catch (error) {
    lock?.close();
    throw storageError(error, `open the database ${path}`);
  }
}

/**
 * Opens the database of a folder that another process owns, to read it and to send messages.
 *
 * @throws InvalidInputError where there is no database, or one of a newer release
 */
export function attachToDatabase(directory: string): Database {
  const path = join(directory, 'darkroom.db');
  if (!existsSync(path)) {
    throw new InvalidInputError(
      `expected a data folder of Darkroom, received ${directory}, which has no darkroom.db`,
    );
  }
  try {
    return new Database(path, openSql(path));
  } catch (error) {
    throw storageError(error, `open the database ${path}`);
  }
}

/** Whether a process has the folder for itself now. The check takes no lock, so it keeps nobody out. */
export function isInUse(directory: string): boolean {
  const path = join(directory, LOCK_FILE);
  if (!existsSync(path)) return false;
  const lock = new DatabaseSync(path, { readOnly: true });
  try {
    lock.exec('SELECT * FROM sqlite_master');
    return false;
  } catch (error) {
    if (sqliteCodeOf(error) === SQLITE_BUSY) return true;
    throw storageError(error, `open ${path}`);
  } finally {
    lock.close();
  }
}

/**
 * Locks the folder by an exclusive transaction on a second file. The operating system releases it when the process
 * ends, even after a kill, so there is never a stale lock.
 */
function takeLock(directory: string): DatabaseSync {
  const lock = new DatabaseSync(join(directory, LOCK_FILE));
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    if (sqliteCodeOf(error) !== SQLITE_BUSY) throw error;
    throw new FolderInUseError(
      `Another Darkroom is running on the folder ${directory}. Stop it, or give this one another data folder.`,
      { cause: error },
    );
  }
}

/** The database holds the key that signs links. SQLite makes its other files with the mode of the first. */
function keepPrivate(path: string): void {
  for (const file of [path, `${path}-wal`, `${path}-shm`]) {
    if (existsSync(file)) chmodSync(file, OWNER_ONLY);
  }
}

function openSql(path: string): DatabaseSync {
  const sql = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    /*
     * With WAL and NORMAL, a killed process loses nothing: the operating system has what was committed. A power cut
     * may undo the last commits, in order, as if the process had been killed a moment earlier. The work is then done
     * again under the same keys and event ids. FULL would wait for the disk about 25 times per image to avoid that.
     */
    sql.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    migrate(sql, path);
    return sql;
  } catch (error) {
    sql.close();
    throw error;
  }
}
