import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { sharpImaging } from '../../../core/image/imaging.ts';
import { pixelsOf } from '../../../core/images/try-recipe.ts';
import type { Pixels } from '../../../core/ports.ts';
import { recipeBook } from '../../../core/recipe.ts';
import { type DataFolder, type DataFolderOptions, openDataFolder } from '../../../local/data-folder.ts';
import { openLog } from '../../../local/log.ts';
import type { LaptopLogin } from '../../../local/server/api.ts';
import { LiveHub } from '../../../local/server/live-hub.ts';
import type { LocalServer } from '../../../local/server/local-server.ts';
import { LOOPBACK_ONLY, type NetworkAccess } from '../../../local/server/network-access.ts';
import { makeServer } from '../../../local/server/open-server.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const LIMITS = {
  maxBytes: 10_000_000,
  maxPixels: 10_000_000,
  maxPages: 10,
  maxMemoryBytes: 1_000_000_000,
  timeoutMs: 10_000,
};

/** A server without the app in the browser. */
export const WITHOUT_APP = { app: () => ({ kind: 'building' }) as const, samples: [] };

/** A data folder of its own behind a local server on a free port. Nobody works on its queues. */
export interface ServedFolder {
  path: string;
  folder: DataFolder;
  server: LocalServer;
  live: LiveHub;
  pixels: Pixels;
  origin: string;
  close(): Promise<void>;
}

export function folderOptions(path: string, overrides: Partial<DataFolderOptions> = {}): DataFolderOptions {
  return {
    stateDir: path,
    inbox: { bucket: 'inbox', directory: join(path, 'inbox') },
    outputs: { bucket: 'outputs', directory: join(path, 'outputs') },
    uploads: { bucket: 'uploads', directory: join(path, 'uploads') },
    recipeName: 'augment',
    recipes: recipeBook(),
    limits: LIMITS,
    webhooks: [],
    linkTtlS: 3600,
    trashDays: 30,
    onError: ({ message }) => {
      throw new Error(message);
    },
    ...overrides,
  };
}

export async function serveFolder(
  overrides: Partial<DataFolderOptions> = {},
  login?: LaptopLogin,
  network: NetworkAccess = LOOPBACK_ONLY,
): Promise<ServedFolder> {
  const temporary = temporaryFolder();
  const { path } = temporary;
  mkdirSync(join(path, 'inbox'), { recursive: true });
  const folder = openDataFolder(folderOptions(path, overrides));
  const log = openLog(join(path, 'darkroom.log'));
  const live = new LiveHub();
  const pixels = pixelsOf({ ...folder.ports, imaging: sharpImaging });
  const contactSheet = join(path, 'contact-sheet.html');
  const server = makeServer(folder, {
    port: 0,
    network,
    contactSheet,
    live,
    login,
    pixels,
    log,
    ...WITHOUT_APP,
  });
  await server.listen();
  return {
    path,
    folder,
    server,
    live,
    pixels,
    origin: folder.address.origin,
    async close() {
      await server.close();
      folder.database.close();
      temporary[Symbol.dispose]();
    },
  };
}
