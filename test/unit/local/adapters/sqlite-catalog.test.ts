import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ListQuery } from '../../../../core/listing.ts';
import { dayOf, measuredOf, trendsOf } from '../../../../core/trends/trends.ts';
import { type Database, openDatabase } from '../../../../local/adapters/database.ts';
import { SqliteCatalog } from '../../../../local/adapters/sqlite-catalog.ts';
import { pageSql } from '../../../../local/adapters/sqlite-listing.ts';
import { SqliteTrends } from '../../../../local/adapters/sqlite-trends.ts';
import { formerRecord } from '../../../support/former-record.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

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

/** A database as the release before the HTTP API left it. */
function formerDatabase(documents: readonly object[]): void {
  const sql = new DatabaseSync(join(folder.path, 'darkroom.db'));
  sql.exec(`
    CREATE TABLE images (
      image_id TEXT PRIMARY KEY, state TEXT NOT NULL, due_at TEXT, document TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE runs (
      image_id TEXT NOT NULL, run INTEGER NOT NULL, document TEXT NOT NULL, PRIMARY KEY (image_id, run)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE unprocessable_messages (message_id TEXT PRIMARY KEY, document TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE objects (
      key TEXT PRIMARY KEY, path TEXT NOT NULL, folded TEXT NOT NULL UNIQUE, content_type TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE messages (
      id INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, body TEXT NOT NULL,
      receives INTEGER NOT NULL DEFAULT 0, visible_at_ms INTEGER NOT NULL DEFAULT 0,
      leased INTEGER NOT NULL DEFAULT 0, interrupted INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    PRAGMA user_version = 2`);
  const insert = sql.prepare('INSERT INTO images VALUES (?, ?, NULL, ?)');
  for (const document of documents as { imageId: string; state: string }[]) {
    insert.run(document.imageId, document.state, JSON.stringify(document));
  }
  sql.close();
}

describe('a database of the release before the HTTP API', () => {
  it('is listed with its records, and counts their changes from now on', async () => {
    const former = formerRecord();
    const deleted = { ...former, imageId: `0${former.imageId.slice(1)}`, state: 'DELETED' };
    formerDatabase([former, deleted]);
    database = openDatabase(folder.path);
    const catalog = new SqliteCatalog(database);
    const known = { ...former, revision: 0, fileName: 'a+b 100%.jpg' };
    const queries: ListQuery[] = [
      { scope: { kind: 'owner', owner: 'user-of-before', inTrash: false } },
      { scope: { kind: 'all', inTrash: false }, name: 'A+B', recipe: 'augment', from: '2026-02-03' },
    ];
    for (const query of queries) {
      expect(await catalog.list(query, undefined, 10)).toEqual({ records: [known], next: undefined });
    }
    const [owner, day] = ['user-of-before', dayOf(known.createdAt)];
    const measured = [measuredOf(known)].filter((image) => image !== undefined);
    const trends = trendsOf(day, measured).filter((trend) => trend.owner === owner);
    expect(trends).toHaveLength(1);
    expect(await new SqliteTrends(database).read({ owner, from: day, to: day })).toEqual(trends);
    const guard = { run: 3, states: ['COMPLETE'] } as const;
    const set = { album: 'Trip' };
    expect(await catalog.update(former.imageId, guard, { set })).toEqual({ ...known, ...set, revision: 1 });
    expect(await catalog.albums('user-of-before')).toEqual([{ album: 'Trip', images: 1 }]);
  });
});

describe('the statement of a page', () => {
  it.each(['owner', 'album', 'all'] as const)(
    'finds ids of %s by its index alone, without a sort',
    (kind) => {
      database = openDatabase(folder.path);
      const plan = database.prepare(`EXPLAIN QUERY PLAN ${pageSql(kind)}`).all();
      const steps = plan.map(({ detail }) => String(detail));
      const seek = steps.find((step) => step.includes(`COVERING INDEX images_of_${kind}`));
      expect(seek).toMatch(
        /^SEARCH images .*\((owner=\? AND (section|album)=\?|section=\?) AND \w+>\? AND \w+<\?\)$/,
      );
      // The only sort is that of the page itself, outside.
      const inner = steps.slice(
        0,
        steps.findIndex((step) => step.startsWith('SEARCH images USING PRIMARY KEY')),
      );
      expect(inner.filter((step) => step.includes('TEMP B-TREE'))).toEqual([]);
      expect(steps.filter((step) => step.startsWith('SCAN images'))).toEqual([]);
    },
  );
});
