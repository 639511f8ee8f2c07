import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { PermanentError, TransientError } from '../../../../core/errors.ts';
import { storageError } from '../../../../local/adapters/storage-errors.ts';

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: as the system says it`), { code, errno: -1, syscall: 'write' });
}

function sqliteError(errcode: number): Error {
  return Object.assign(new Error('as SQLite says it'), { code: 'ERR_SQLITE_ERROR', errcode });
}

/** What a call throws. */
function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('expected the call to throw');
}

describe('storageError', () => {
  it.each([
    [systemError('ENOSPC'), 'DISK_FULL'],
    [systemError('EDQUOT'), 'DISK_FULL'],
    [systemError('EROFS'), 'READ_ONLY'],
    [systemError('EACCES'), 'READ_ONLY'],
    [systemError('ENOENT'), 'FOLDER_GONE'],
    [systemError('EMFILE'), 'TOO_MANY_FILES'],
    [systemError('EIO'), 'STORAGE_FAILED'],
    [sqliteError(13), 'DISK_FULL'],
    [sqliteError(8), 'READ_ONLY'],
    // SQLITE_READONLY_DBMOVED: the primary code is in the low byte.
    [sqliteError(1032), 'READ_ONLY'],
    [sqliteError(5), 'DATABASE_BUSY'],
    [sqliteError(11), 'DATABASE_DAMAGED'],
    [sqliteError(10), 'STORAGE_FAILED'],
    // SQLITE_IOERR_WRITE
    [sqliteError(778), 'STORAGE_FAILED'],
  ])('explains %o: what it means, where, and what to do', (error, code) => {
    const meaning = storageError(error, 'write /data/a.jpg');
    expect(meaning).toBeInstanceOf(TransientError);
    expect(meaning).toMatchObject({ code, cause: error });
    expect(String(meaning)).toMatch(/Could not write \/data\/a\.jpg: .+\. [A-Z].+\.$/);
  });

  it('recognises the errors that the system and SQLite really throw', () => {
    expect(
      storageError(
        thrownBy(() => readFileSync('/no/such/file')),
        'read',
      ),
    ).toMatchObject({
      code: 'FOLDER_GONE',
    });
    const database = new DatabaseSync(':memory:');
    database.exec('CREATE TABLE t (a TEXT); PRAGMA query_only = 1');
    expect(
      storageError(
        thrownBy(() => database.exec("INSERT INTO t VALUES ('a')")),
        'write',
      ),
    ).toMatchObject({
      code: 'READ_ONLY',
    });
    database.close();
  });

  it.each([
    [new Error('a mistake of ours')],
    [new PermanentError('CORRUPT_IMAGE', 'no image')],
    [new TransientError('DISK_FULL', 'said already')],
    [sqliteError(1)],
    [sqliteError(19)],
    ['a string'],
  ])('returns %o itself: storage is not at fault', (error) => {
    expect(storageError(error, 'write')).toBe(error);
  });
});
