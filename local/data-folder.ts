import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { LAPTOP_OWNER } from '../core/access.ts';
import { ALBUM_METADATA, encodeAlbum } from '../core/album.ts';
import type { Reason } from '../core/errors.ts';
import type { ImageLimits } from '../core/image/types.ts';
import type { LabelSetting } from '../core/labels/models.ts';
import { ownerOf, RECIPE_METADATA } from '../core/names.ts';
import type { Clock, Ports } from '../core/ports.ts';
import type { RecipeBook } from '../core/recipe.ts';
import { type ExportQuota, settingsSchema, type UploadQuota } from '../core/settings.ts';
import { attachToDatabase, type Database, openDatabase } from './adapters/database.ts';
import { FilePublisher } from './adapters/file-publisher.ts';
import { FileStore } from './adapters/file-store.ts';
import { KnownFiles } from './adapters/known-files.ts';
import { LocalLinks } from './adapters/local-links.ts';
import { ServerAddress } from './adapters/server-address.ts';
import { Signatures } from './adapters/signatures.ts';
import { SqliteCatalog } from './adapters/sqlite-catalog.ts';
import { SqliteExports } from './adapters/sqlite-exports.ts';
import { SqliteQueue } from './adapters/sqlite-queue.ts';
import { SqliteTrends } from './adapters/sqlite-trends.ts';
import { UploadFolder } from './adapters/upload-folder.ts';
import { UploadForms } from './adapters/upload-forms.ts';
import { WebhookOutbox } from './adapters/webhook-outbox.ts';
import { LocalLiveTickets } from './server/live-tickets.ts';

export interface DataFolderOptions {
  /** Where the database, the event file and the log are. */
  stateDir: string;
  /** Where the sources are. A missing directory is made. */
  inbox: { bucket: string; directory: string };
  outputs: { bucket: string; directory: string };
  /** Where the files of upload forms are kept, where somebody takes them. */
  uploads?: { bucket: string; directory: string };
  /** The recipe of every source. */
  recipeName: string;
  recipes: RecipeBook;
  limits: ImageLimits;
  webhooks: readonly { url: string }[];
  linkTtlS: number;
  trashDays: number;
  uploadQuota?: UploadQuota;
  exportQuota?: ExportQuota;
  /** Off by default. */
  labels?: LabelSetting;
  onError(problem: Reason): void;
}

/** An open data folder: the ports of the pipeline, over files and SQLite. */
export interface DataFolder {
  ports: Ports;
  database: Database;
  store: FileStore;
  known: KnownFiles;
  queue: SqliteQueue;
  publisher: FilePublisher;
  outbox: WebhookOutbox;
  address: ServerAddress;
  links: LocalLinks;
  forms: UploadForms;
  tickets: LocalLiveTickets;
  trends: SqliteTrends;
  exports: SqliteExports;
  uploads: { bucket: string; folder: UploadFolder } | undefined;
  inbox: { bucket: string; directory: string };
  visibilityMs: number;
}

/**
 * A kill while an image is in progress counts as a start without an outcome, and as a receive. People kill processes
 * more often than Lambda runs out of memory, so an image has five starts here instead of three. A message may also
 * come again after an error, so it has more receives than that.
 */
const MAX_STARTS = 5;
const MAX_RECEIVES = 8;
/** Time for reading and writing an image; the work on its pixels has its own limit. */
const TRANSFER_MS = 60_000;
/**
 * A task may wait for memory until others in progress have ended. The next start ends the leases of a process that was
 * killed, so a long lease costs nothing.
 */
const WAITS_MAX = 8;
const WEBHOOK = { timeoutMs: 10_000, maxTries: 8 };

const systemClock: Clock = { now: () => new Date() };

/**
 * Opens a data folder for this process alone. A missing folder is made.
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
 * Opens a data folder that another process owns, to read it and to send messages.
 *
 * @throws InvalidInputError where there is none
 */
export function attachToDataFolder(options: DataFolderOptions): DataFolder {
  return assemble(attachToDatabase(options.stateDir), options);
}

function assemble(database: Database, options: DataFolderOptions): DataFolder {
  const { inbox, outputs, recipes, limits, recipeName, onError, webhooks } = options;
  const visibilityMs = WAITS_MAX * limits.timeoutMs + TRANSFER_MS;
  const uploads = options.uploads && {
    bucket: options.uploads.bucket,
    folder: new UploadFolder(options.uploads.directory, database),
  };
  const store = new FileStore(database, {
    inbox,
    outputs,
    uploads,
    metadataOf: (key) => ({ [RECIPE_METADATA]: recipeName, ...albumOfFolder(key) }),
    onSkipped: (_, reason) => onError(reason),
  });
  const queue = new SqliteQueue(database, systemClock, { maxReceives: MAX_RECEIVES });
  const urls = webhooks.map(({ url }) => url);
  const outbox = new WebhookOutbox(database, systemClock, { urls, ...WEBHOOK });
  const publisher = new FilePublisher(database, join(options.stateDir, 'events.ndjson'), outbox);
  const address = new ServerAddress(database);
  const signatures = new Signatures(database);
  const links = new LocalLinks(signatures, address, systemClock, options.linkTtlS);
  const forms = new UploadForms(signatures, address, systemClock);
  const tickets = new LocalLiveTickets(address, systemClock);
  const exports = new SqliteExports(database);
  const ports: Ports = {
    objects: store,
    queue,
    catalog: new SqliteCatalog(database),
    exports,
    publisher,
    links,
    clock: systemClock,
    settings: {
      ...settingsSchema.parse({
        sourceBucket: inbox.bucket,
        processedBucket: outputs.bucket,
        defaultOwner: LAPTOP_OWNER,
        limits,
        maxStarts: MAX_STARTS,
        // Only one process has the folder, so a start that this process does not know of was interrupted.
        maxStartMs: 0,
        stuckAfterMs: visibilityMs * MAX_RECEIVES,
        trashDays: options.trashDays,
        labels: options.labels,
        uploadQuota: options.uploadQuota,
        exportQuota: options.exportQuota,
      }),
      recipes,
    },
  };
  const known = new KnownFiles(database);
  const trends = new SqliteTrends(database);
  const adapters = {
    database,
    store,
    known,
    queue,
    publisher,
    outbox,
    address,
    links,
    forms,
    tickets,
    trends,
    exports,
  };
  return { ports, ...adapters, uploads, inbox, visibilityMs };
}

/** The folder inside the inbox is the album of its files. An upload of the API names its own. */
function albumOfFolder(key: string): Record<string, string> {
  const folder = ownerOf(key) === undefined ? key.slice(0, Math.max(0, key.lastIndexOf('/'))) : '';
  return folder === '' ? {} : { [ALBUM_METADATA]: encodeAlbum(folder) };
}

/** Where everything is in the data folder of `darkroom start`. */
export function laptopFolders(dataDir: string) {
  return {
    stateDir: dataDir,
    inbox: { bucket: 'inbox', directory: join(dataDir, 'inbox') },
    outputs: { bucket: 'outputs', directory: join(dataDir, 'outputs') },
    uploads: { bucket: 'uploads', directory: join(dataDir, 'uploads') },
    contactSheet: join(dataDir, 'contact-sheet.html'),
  };
}
