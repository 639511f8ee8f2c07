import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InvalidInputError, TransientError } from '../../../../core/errors.ts';
import { type Database, isInUse, openDatabase } from '../../../../local/adapters/database.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

describe('openDatabase', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let database: Database | undefined;

  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => {
    database?.close();
    database = undefined;
    folder[Symbol.dispose]();
  });

  function countMessages(open: Database): number {
    return Number(open.prepare('SELECT count(*) AS total FROM unprocessable_messages').get()?.total);
  }

  function addMessage(open: Database, id: string): void {
    open.prepare('INSERT INTO unprocessable_messages VALUES (?, ?)').run(id, '{}');
  }

  it('makes the folder, and finds what was stored earlier', () => {
    const path = join(folder.path, 'made', 'anew');
    database = openDatabase(path);
    addMessage(database, 'one');
    database.close();
    database = openDatabase(path);
    expect(countMessages(database)).toBe(1);
  });

  it('gives a folder to one process at a time', () => {
    database = openDatabase(folder.path);
    expect(() => openDatabase(folder.path)).toThrow(InvalidInputError);
    expect(() => openDatabase(folder.path)).toThrow(
      `Another Darkroom is running on the folder ${folder.path}.`,
    );
    database.close();
    database = openDatabase(folder.path);
    expect(countMessages(database)).toBe(0);
  });

  it('shows whether a process has the folder, without keeping anybody out', () => {
    expect(isInUse(folder.path)).toBe(false);
    database = openDatabase(folder.path);
    expect(isInUse(folder.path)).toBe(true);
    database.close();
    expect(isInUse(folder.path)).toBe(false);
    database = openDatabase(folder.path);
  });

  it('refuses the database of a newer release, and does not change it', () => {
    const newer = new DatabaseSync(join(folder.path, 'darkroom.db'));
    newer.exec('PRAGMA user_version = 99');
    newer.close();
    expect(() => openDatabase(folder.path)).toThrow(/newer Darkroom \(schema 99/);
    const after = new DatabaseSync(join(folder.path, 'darkroom.db'));
    expect(after.prepare('PRAGMA user_version').get()).toEqual({ user_version: 99 });
    after.close();
  });

  it('says what to do about a file that is not a database', () => {
    writeFileSync(
      join(folder.path, 'darkroom.db'),
      'not a database, but long enough to be looked at'.repeat(50),
    );
    expect(() => openDatabase(folder.path)).toThrow(TransientError);
    expect(() => openDatabase(folder.path)).toThrow(/is damaged or is not a database\. Move it away/);
  });

  it('applies a transaction completely or not at all', () => {
    const open = openDatabase(folder.path);
    database = open;
    const work = () => {
      addMessage(open, 'one');
      throw new Error('in the middle');
    };
    expect(() => open.transaction(work)).toThrow('in the middle');
    expect(countMessages(open)).toBe(0);
    open.transaction(() => addMessage(open, 'two'));
    expect(countMessages(open)).toBe(1);
  });

  it('reports a full disk, stores nothing of the transaction, and continues afterwards', () => {
    const open = openDatabase(folder.path);
    database = open;
    const pages = open.prepare('PRAGMA page_count').get()?.page_count;
    open.prepare(`PRAGMA max_page_count = ${pages}`).get();
    const fill = () => {
      for (let n = 0; n < 100; n += 1) addMessage(open, `${n} ${'x'.repeat(1000)}`);
    };
    expect(() => open.transaction(fill)).toThrow(
      expect.objectContaining({ code: 'DISK_FULL', message: expect.stringContaining('the disk is full') }),
    );
    expect(countMessages(open)).toBe(0);
    open.prepare('PRAGMA max_page_count = 1000000').get();
    open.transaction(fill);
    expect(countMessages(open)).toBe(100);
  });

  it('stores nothing in a missing folder, and continues when it is back', () => {
    const open = openDatabase(join(folder.path, 'data'));
    database = open;
    renameSync(join(folder.path, 'data'), join(folder.path, 'elsewhere'));
    expect(() => open.transaction(() => addMessage(open, 'lost'))).toThrow(
      expect.objectContaining({ code: 'FOLDER_GONE', message: expect.stringContaining('Put it back') }),
    );
    renameSync(join(folder.path, 'elsewhere'), join(folder.path, 'data'));
    open.transaction(() => addMessage(open, 'kept'));
    expect(countMessages(open)).toBe(1);
  });

  it('does not report a bug as an error of the disk', () => {
    const open = openDatabase(folder.path);
    database = open;
    expect(() => open.run(() => open.prepare('SELECT nonsense'))).toThrow(/no such column: nonsense/);
    expect(() => open.run(() => open.prepare('SELECT nonsense'))).not.toThrow(TransientError);
  });
});
