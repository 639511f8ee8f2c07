import type { DatabaseSync } from 'node:sqlite';
import { InvalidInputError } from '../../core/errors.ts';
import { foldName } from '../../core/listing.ts';
import { fileNameOf } from '../../core/names.ts';

/** Each migrates the database from the version of its index to the next. Released migrations never change. */
const MIGRATIONS = [
  `
  CREATE TABLE images (
    image_id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    due_at TEXT,
    document TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX images_due ON images (due_at, image_id) WHERE due_at IS NOT NULL;
  CREATE INDEX images_failed ON images (image_id) WHERE state = 'FAILED';

  CREATE TABLE runs (
    image_id TEXT NOT NULL,
    run INTEGER NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (image_id, run)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE unprocessable_messages (
    message_id TEXT PRIMARY KEY,
    document TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- leased: received and not yet released; the lease ends at visible_at_ms.
  -- interrupted: how often the process died while it held the lease.
  CREATE TABLE messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    queue TEXT NOT NULL,
    body TEXT NOT NULL,
    receives INTEGER NOT NULL DEFAULT 0,
    visible_at_ms INTEGER NOT NULL DEFAULT 0,
    leased INTEGER NOT NULL DEFAULT 0,
    interrupted INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX messages_order ON messages (queue, receives, id);
  CREATE INDEX messages_leased ON messages (queue, visible_at_ms) WHERE leased = 1;

  -- The outputs folder: which key owns which path. Two paths with the same folded form are one file where the
  -- file system ignores case and Unicode normalisation.
  CREATE TABLE objects (
    key TEXT PRIMARY KEY,
    path TEXT NOT NULL,
    folded TEXT NOT NULL UNIQUE,
    content_type TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- line: null once it is in the event file.
  CREATE TABLE events (
    event_id TEXT PRIMARY KEY,
    line TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX events_pending ON events (event_id) WHERE line IS NOT NULL;

  -- One row. end_byte: events knows every line of the event file up to here.
  CREATE TABLE event_file (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    end_byte INTEGER NOT NULL
  ) STRICT;
  INSERT INTO event_file VALUES (1, 0);

  CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY,
    event_id TEXT NOT NULL,
    url TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting',
    tries INTEGER NOT NULL DEFAULT 0,
    due_at_ms INTEGER NOT NULL,
    note TEXT,
    UNIQUE (event_id, url)
  ) STRICT;
  CREATE INDEX deliveries_due ON deliveries (due_at_ms) WHERE state = 'waiting';
  `,
  `
  -- The sources that were hashed, and what their files looked like then, so that none is hashed twice.
  CREATE TABLE known_files (
    key TEXT PRIMARY KEY,
    bytes INTEGER NOT NULL,
    mtime_ms REAL NOT NULL,
    version_id TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- One row: the key with which the local server signs links and upload forms, and where it last listened.
  CREATE TABLE local_server (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    secret BLOB NOT NULL,
    port INTEGER
  ) STRICT;

  -- The uploads folder: what an upload has besides its file. A row comes before its file.
  CREATE TABLE uploads (
    key TEXT PRIMARY KEY,
    image_id TEXT NOT NULL,
    content_type TEXT NOT NULL,
    metadata TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- What images are listed by. owner: empty where there is none. name: the file name, without case.
  ALTER TABLE images ADD COLUMN owner TEXT NOT NULL DEFAULT '';
  ALTER TABLE images ADD COLUMN section TEXT NOT NULL DEFAULT 'listed';
  ALTER TABLE images ADD COLUMN created_at TEXT NOT NULL DEFAULT '';
  ALTER TABLE images ADD COLUMN album TEXT;
  ALTER TABLE images ADD COLUMN sort_at TEXT NOT NULL DEFAULT '';
  ALTER TABLE images ADD COLUMN recipe TEXT;
  ALTER TABLE images ADD COLUMN name TEXT NOT NULL DEFAULT '';
  UPDATE images SET
    owner = coalesce(document ->> '$.owner', ''),
    section = iif(state = 'DELETED', 'deleted', 'listed'),
    created_at = document ->> '$.createdAt',
    sort_at = rtrim(document ->> '$.createdAt', 'Z'),
    recipe = document ->> '$.recipe.name',
    name = folded_file_name(document ->> '$.source.key');

  -- Each holds all columns that its listing looks at, so that filters read no document.
  CREATE INDEX images_of_owner ON images (owner, section, created_at DESC, image_id, state, recipe, name);
  CREATE INDEX images_of_all ON images (section, created_at DESC, image_id, state, recipe, name);
  CREATE INDEX images_of_album ON images (owner, album, sort_at, image_id, state, recipe, name)
    WHERE section = 'listed' AND album IS NOT NULL;
  `,
  `
  -- The images that uploads through the API became.
  CREATE TABLE uploaded_images (
    upload_id TEXT PRIMARY KEY,
    image_id TEXT NOT NULL,
    owner TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- metadata: the user metadata of an object, as JSON.
  ALTER TABLE objects ADD COLUMN metadata TEXT NOT NULL DEFAULT '{}';
  `,
  `
  CREATE INDEX messages_interrupted ON messages (queue) WHERE interrupted > 0;
  `,
  `
  -- measures: of a COMPLETE image, the values of core/trends, in their order, as JSON.
  ALTER TABLE images ADD COLUMN measures TEXT;
  UPDATE images SET measures = json_array(
    document -> '$.quality.encode.ssim', document -> '$.quality.encode.psnrDb',
    document -> '$.quality.encode.ssimulacra2', document -> '$.quality.detail.ssim',
    document -> '$.quality.detail.psnrDb', document -> '$.quality.enhance.ssim',
    document -> '$.quality.enhance.psnrDb'
  ) WHERE state = 'COMPLETE' AND recipe IS NOT NULL AND document ->> '$.quality' IS NOT NULL;
  CREATE INDEX images_measured ON images (created_at, owner, recipe, measures) WHERE measures IS NOT NULL;
  `,
  `
  -- What each owner has uploaded through the API on the latest day.
  CREATE TABLE upload_counts (
    owner TEXT PRIMARY KEY,
    day TEXT NOT NULL,
    images INTEGER NOT NULL,
    bytes INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Exports of files into archives, each for a day.
  CREATE TABLE exports (
    export_id TEXT PRIMARY KEY,
    expires_at TEXT NOT NULL,
    document TEXT NOT NULL
  ) STRICT;
  CREATE INDEX exports_expired ON exports (expires_at);
  `,
  `
  -- Under which origin others reach the local server; NULL on loopback.
  ALTER TABLE local_server ADD COLUMN origin TEXT;
  `,
];

/**
 * Migrates the database to the schema of this release.
 *
 * @throws InvalidInputError where a newer release has written it
 */
export function migrate(sql: DatabaseSync, path: string): void {
  const version = Number(sql.prepare('PRAGMA user_version').get()?.user_version);
  if (version > MIGRATIONS.length) {
    throw new InvalidInputError(
      `${path} was written by a newer Darkroom (schema ${version}, this one knows ${MIGRATIONS.length}). ` +
        'Update Darkroom, or give it another data folder.',
    );
  }
  sql.function('folded_file_name', { deterministic: true }, (key) => foldName(fileNameOf(String(key))));
  for (const [index, migration] of MIGRATIONS.entries()) {
    if (index < version) continue;
    sql.exec(`BEGIN; ${migration}; PRAGMA user_version = ${index + 1}; COMMIT`);
  }
}
