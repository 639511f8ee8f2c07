import type { Principal } from '../../../core/access.ts';
import {
  ConflictError,
  TransientError,
  UnauthenticatedError,
  UnprocessableImageError,
} from '../../../core/errors.ts';
import type { ApiDependencies } from '../../../core/http/dependencies.ts';
import type { ImageRecord } from '../../../core/pipeline/record.ts';
import type {
  ApiPorts,
  AuditLine,
  Catalog,
  PictureOutcome,
  PictureSource,
  Ports,
  TriedPicture,
} from '../../../core/ports.ts';
import { type Database, openDatabase } from '../../../local/adapters/database.ts';
import { SqliteCatalog } from '../../../local/adapters/sqlite-catalog.ts';
import { SqliteExports } from '../../../local/adapters/sqlite-exports.ts';
import { SqliteQueue } from '../../../local/adapters/sqlite-queue.ts';
import { SqliteTrends } from '../../../local/adapters/sqlite-trends.ts';
import { ManualClock } from '../memory/manual-clock.ts';
import { SETTINGS } from '../simulated/settings.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { EXPORTS, IMAGES, UPLOADS } from './api-images.ts';

/** Who is behind each token. The others are refused; `broken` and `unavailable` fail. */
export const PRINCIPALS = {
  alice: { kind: 'user', id: 'alice', name: 'Alice' },
  bob: { kind: 'user', id: 'bob', name: 'Bob' },
  admin: { kind: 'administrator', id: 'admin', name: null },
  uploader: { kind: 'machine', id: 'uploader', name: null, scopes: ['upload'] },
  reader: { kind: 'machine', id: 'reader', name: null, scopes: ['read'] },
} as const satisfies Record<string, Principal>;

export type Token = keyof typeof PRINCIPALS | 'expired' | 'broken' | 'unavailable';

/** An API over a catalog with the images and uploads of api-images.ts. */
export interface ApiWorld {
  dependencies: ApiDependencies;
  observed: Observed;
  close(): void;
}

/** What an API did with its outside. */
interface Observed {
  audit: AuditLine[];
  errors: unknown[];
  published: unknown[];
}

/** Of which one export of all its files leaves too little for another. */
const EXPORT_QUOTA = { files: 20, bytes: 1_000_000_000 };

/** A world of its own, in the embedded catalog. */
export async function openApiWorld(): Promise<ApiWorld> {
  const folder = temporaryFolder();
  const database = openDatabase(folder.path);
  const clock = new ManualClock(new Date('2026-02-05T00:00:00.000Z'));
  const catalog = contended(new SqliteCatalog(database));
  for (const record of Object.values(IMAGES)) await catalog.create(record);
  await catalog.putUpload(UPLOADS.received, { imageId: IMAGES.received.imageId, owner: 'alice' });
  await catalog.putUpload(UPLOADS.ofBob, { imageId: IMAGES.ofBob.imageId, owner: 'bob' });
  const { observed, ...dependencies } = apiDependencies(database, {
    catalog,
    clock,
    queue: new SqliteQueue(database, clock, { maxReceives: 3 }),
    exports: new SqliteExports(database),
    publisher: { publish: async () => {} },
    objects: unreachable,
    settings: { ...SETTINGS, uploadQuota: { images: 50, bytes: 100_000 }, exportQuota: EXPORT_QUOTA },
  });
  for (const record of Object.values(EXPORTS)) await dependencies.ports.exports.put(record);
  return {
    dependencies,
    observed,
    close: () => {
      database.close();
      folder[Symbol.dispose]();
    },
  };
}

/** A catalog in which somebody else is always faster with one image. */
function contended(catalog: SqliteCatalog): Catalog {
  const update = catalog.update.bind(catalog);
  return Object.assign(catalog, {
    update: async (...args: Parameters<Catalog['update']>) => {
      return args[0] === IMAGES.contended.imageId ? undefined : update(...args);
    },
  });
}

const PREDICTION = { wordnetId: 'n02123045', name: 'tabby', confidence: 0.9, band: 'high' } as const;

/** A picture that begins with `no` is none. */
function classified(picture: PictureSource): PictureOutcome {
  if ('bytes' in picture && Buffer.from(picture.bytes).toString().startsWith('no')) {
    return { problem: { code: 'UNSUPPORTED_FORMAT', message: 'Expected a picture.' } };
  }
  return { model: 'efficientnet-lite0', sha256: 'ab'.repeat(32), predictions: [PREDICTION] };
}

/** The bytes are no text, so that whoever treats them as text is found. */
const TRIED: Omit<TriedPicture, 'isDraft'> = {
  bytes: new Uint8Array([0xff, 0xd8, 0xff, 0x00, 0x80]),
  contentType: 'image/jpeg',
  widthPx: 1600,
  heightPx: 900,
  quality: {
    encode: { ssim: 0.98, psnrDb: 44.5, identical: false, ssimulacra2: null },
    detail: null,
    enhance: { ssim: 1, psnrDb: null, identical: true },
  },
};

/** The API reads and writes no object. */
const unreachable = new Proxy({} as Ports['objects'], {
  get(_, name) {
    throw new Error(`The API called objects.${String(name)}.`);
  },
});

/** The dependencies of an API over those ports, with logins, links and forms that a test can read. */
function apiDependencies(
  database: Database,
  ports: Omit<Ports, 'links'>,
): ApiDependencies & { observed: Observed } {
  const observed: Observed = { audit: [], errors: [], published: [] };
  const inAnHour = () => new Date(ports.clock.now().getTime() + 3_600_000).toISOString();
  const apiPorts: ApiPorts = {
    ...ports,
    links: {
      sign: async ({ bucket, key, versionId }, { downloadName } = {}) => {
        const url = new URL(`https://links.example/${bucket}/${key}`);
        if (versionId !== undefined) url.searchParams.set('versionId', versionId);
        if (downloadName !== undefined) url.searchParams.set('download', downloadName);
        return { url: url.href, expiresAt: inAnHour() };
      },
    },
    uploads: {
      sign: async ({ key, contentType, maxBytes, metadata }) => ({
        url: 'https://uploads.example/',
        fields: { key, 'Content-Type': contentType, maxBytes: String(maxBytes), ...metadata },
        expiresAt: inAnHour(),
      }),
    },
    tickets: {
      issue: async ({ id }, { all }) => ({
        ticket: `${id}-${all}`,
        url: 'wss://live.example/',
        expiresAt: inAnHour(),
      }),
    },
    progress: {
      publish: async (message) => {
        observed.published.push(message);
      },
    },
    trends: new SqliteTrends(database),
    exports: new SqliteExports(database),
    pixels: {
      makeView: async (record: ImageRecord) => ({
        ...record,
        view: { widthPx: 1600, heightPx: 900, bytes: 90_000 },
      }),
      tryRecipe: async ({ imageId, state }, { isDraft }) => {
        if (state === 'RECEIVED') throw new ConflictError('The source is gone.');
        if (imageId === IMAGES.failed.imageId) {
          throw new UnprocessableImageError('PREVIEW_TOO_LARGE', 'It has 5 MB.');
        }
        return { ...TRIED, isDraft };
      },
      classify: async (pictures) => pictures.map(classified),
    },
    audit: (line) => observed.audit.push(line),
  };
  return {
    ports: apiPorts,
    authenticate: async (request) => principalOf(request.headers.get('authorization')),
    onError: (error) => observed.errors.push(error),
    readDocsAsset: async (name) => new TextEncoder().encode(name),
    login: null,
    observed,
  };
}

function principalOf(header: string | null): Principal {
  const token = header?.replace(/^Bearer /, '');
  if (token === 'broken') throw new Error('a fault of our own');
  if (token === 'unavailable') throw new TransientError('TIMEOUT', 'The keys of the issuer did not come.');
  const principal = PRINCIPALS[token as keyof typeof PRINCIPALS];
  if (principal === undefined) throw new UnauthenticatedError('Expected a valid token.');
  return principal;
}
