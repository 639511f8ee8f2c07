import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Reason } from '../core/errors.ts';
import type { ImageLimits } from '../core/image/types.ts';
import { RECIPE_METADATA } from '../core/names.ts';
import type { Clock, Ports } from '../core/ports.ts';
import type { RecipeBook } from '../core/recipe.ts';
import { settingsSchema } from '../core/settings.ts';
import { attachToDatabase, type Database, openDatabase } from './adapters/database.ts';
import { FilePublisher } from './adapters/file-publisher.ts';
import { FileStore } from './adapters/file-store.ts';
import { KnownFiles } from './adapters/known-files.ts';
import { SqliteCatalog } from './adapters/sqlite-catalog.ts';
import { SqliteQueue } from './adapters/sqlite-queue.ts';
import { WebhookOutbox } from './adapters/webhook-outbox.ts';

export interface DataFolderOptions {
  /** Where the database, the event file and the log are. */
  stateDir: string;
  /** Where the sources are; made where it is missing. */
  inbox: { bucket: string; directory: string };
  outputs: { bucket: string; directory: string };
  /** The recipe of every source. */
  recipeName: string;
  recipes: RecipeBook;
  limits: ImageLimits;
  webhooks: readonly { url: string }[];
  onError(problem: Reason): void;
}

/** A data folder that is open: the ports of the pipeline, made of files and SQLite. */
export interface DataFolder {
  ports: Ports;
  database: Database;
  store: FileStore;
  known: KnownFiles;
  queue: SqliteQueue;
  publisher: FilePublisher;
  outbox: WebhookOutbox;
  inbox: { bucket: string; directory: string };
  visibilityMs: number;
}

/**
 * A kill while an image is at work counts as a start without an outcome, and as a receive. People kill processes more
 * often than Lambda runs out of memory, so an image has five starts here and not three; and as a message may also
 * come again after an error, it has some receives more than that.
 */
const MAX_STARTS = 5;
const MAX_RECEIVES = 8;
/** What reading and writing may take around the work on an image, which has a time limit of its own. */
const AROUND_THE_WORK_MS = 60_000;
const WEBHOOK = { timeoutMs: 10_000, maxTries: 8 };

const systemClock: Clock = { now: () => new Date() };

/**
 * Opens a data folder for this process alone, and makes it where there is none.
 *
 * @throws FolderInUseError where another process has it
 * @throws TransientError where it can't be written
 */
export function openDataFolder(options: DataFolderOptions): DataFolder {
  const database = openDatabase(options.stateDir);
  try {
    mkdirSync(options.inbox.directory, { recursive: true });
    const folder = assemble(database, options);
    folder.queue.releaseAll();
    return folder;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Opens a data folder that another process owns, to look into it and to send it work.
 *
 * @throws InvalidInputError where there is none
 */
export function attachToDataFolder(options: DataFolderOptions): DataFolder {
  return assemble(attachToDatabase(options.stateDir), options);
}

function assemble(database: Database, options: DataFolderOptions): DataFolder {
  const { inbox, outputs, recipes, limits, recipeName, onError, webhooks } = options;
  const visibilityMs = limits.timeoutMs + AROUND_THE_WORK_MS;
  const store = new FileStore(database, {
    inbox,
    outputs,
    metadataOf: () => ({ [RECIPE_METADATA]: recipeName }),
    onSkipped: (_, reason) => onError(reason),
  });
  const queue = new SqliteQueue(database, systemClock, { maxReceives: MAX_RECEIVES });
  const urls = webhooks.map(({ url }) => url);
  const outbox = new WebhookOutbox(database, systemClock, { urls, ...WEBHOOK });
  const publisher = new FilePublisher(database, join(options.stateDir, 'events.ndjson'), outbox);
  const ports: Ports = {
    objects: store,
    queue,
    catalog: new SqliteCatalog(database),
    publisher,
    clock: systemClock,
    settings: {
      ...settingsSchema.parse({
        sourceBucket: inbox.bucket,
        processedBucket: outputs.bucket,
        limits,
        maxStarts: MAX_STARTS,
        // Only one process has the folder: a start that it does not know of is no longer at work.
        maxStartMs: 0,
        stuckAfterMs: visibilityMs * MAX_RECEIVES,
      }),
      recipes,
    },
  };
  const known = new KnownFiles(database);
  return { ports, database, store, known, queue, publisher, outbox, inbox, visibilityMs };
}
