import { TransientError } from '../../core/errors.ts';

interface Meaning {
  code: string;
  cause: string;
  advice: string;
}

const DISK_FULL: Meaning = {
  code: 'DISK_FULL',
  cause: 'the disk is full',
  advice: 'Free some space; the work then continues.',
};
const READ_ONLY: Meaning = {
  code: 'READ_ONLY',
  cause: 'writing or reading is not allowed there',
  advice: 'Check the permissions and whether the disk is mounted read-only; the work then continues.',
};
const FOLDER_GONE: Meaning = {
  code: 'FOLDER_GONE',
  cause: 'the folder is not there',
  advice: 'Put it back, connect its disk, or check who may write there; the work then continues.',
};
const TOO_MANY_FILES: Meaning = {
  code: 'TOO_MANY_FILES',
  cause: 'too many files are open',
  advice: 'Raise the limit on open files, or process fewer images at once.',
};
const BUSY: Meaning = {
  code: 'DATABASE_BUSY',
  cause: 'another program is using the database',
  advice: 'Close it; the work then continues.',
};
const DAMAGED: Meaning = {
  code: 'DATABASE_DAMAGED',
  cause: 'the file is damaged or is not a database',
  advice: 'Move it away and start again: Darkroom then processes the images of the inbox again.',
};

/** By the name of the system's error. */
const BY_ERRNO: Record<string, Meaning> = {
  ENOSPC: DISK_FULL,
  EDQUOT: DISK_FULL,
  EROFS: READ_ONLY,
  EACCES: READ_ONLY,
  EPERM: READ_ONLY,
  ENOENT: FOLDER_GONE,
  EMFILE: TOO_MANY_FILES,
  ENFILE: TOO_MANY_FILES,
};

/** By SQLite's primary result code. @see https://www.sqlite.org/rescode.html */
const BY_SQLITE_CODE: Record<number, Meaning> = {
  5: BUSY,
  6: BUSY,
  8: READ_ONLY,
  11: DAMAGED,
  13: DISK_FULL,
  14: FOLDER_GONE,
  26: DAMAGED,
};
const SQLITE_IOERR = 10;

/**
 * The error to throw where the file system or SQLite failed.
 *
 * @param action what could not be done, and where: `write the output /data/outputs/a.jpg`
 * @returns a TransientError that says what to do; the error itself where it is not one of storage
 */
export function storageError(error: unknown, action: string): unknown {
  const meaning = meaningOf(error);
  if (meaning === undefined) return error;
  const { code, cause, advice } = meaning;
  return new TransientError(code, `Could not ${action}: ${cause}. ${advice}`, { cause: error });
}

/** The error to throw where the folder itself is gone: then a missing file says nothing about the object. */
export function folderGone(action: string): TransientError {
  return new TransientError(
    FOLDER_GONE.code,
    `Could not ${action}: ${FOLDER_GONE.cause}. ${FOLDER_GONE.advice}`,
  );
}

/** The name of a system error, such as ENOENT. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'syscall' in error && 'code' in error ? String(error.code) : undefined;
}

/** SQLite's primary result code of an error. */
export function sqliteCodeOf(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : undefined;
}

function meaningOf(error: unknown): Meaning | undefined {
  const errno = errnoOf(error);
  if (errno !== undefined) return BY_ERRNO[errno] ?? unknown(error);
  const sqlite = sqliteCodeOf(error);
  if (sqlite === undefined) return undefined;
  return BY_SQLITE_CODE[sqlite] ?? (sqlite === SQLITE_IOERR ? unknown(error) : undefined);
}

function unknown(error: unknown): Meaning {
  const cause = error instanceof Error ? error.message : String(error);
  return { code: 'STORAGE_FAILED', cause, advice: 'Check the disk; Darkroom tries again.' };
}
