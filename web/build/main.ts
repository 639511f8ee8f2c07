import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { build } from 'vite';
import { builtAppFolder, isBuilt } from './built-app.ts';

/**
 * Builds the app into the folder of its sources, unless it is there. The folder appears complete or not at all, so
 * that two processes can build at once.
 */
const folder = builtAppFolder();
if (!isBuilt(folder)) {
  const partial = `${folder}.${process.pid}.partial`;
  // React's own checks are for development, whatever the environment of the caller says.
  process.env.NODE_ENV = 'production';
  try {
    await build({
      root: join(import.meta.dirname, '..'),
      configFile: false,
      logLevel: 'error',
      build: {
        outDir: partial,
        emptyOutDir: true,
        target: 'es2023',
        modulePreload: { polyfill: false },
        // Of every library in the scripts.
        license: { fileName: 'licenses.txt' },
      },
    });
    if (!existsSync(folder)) renameSync(partial, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  deleteOthers(folder);
}
console.log(folder);

/** Built files of earlier sources. Folders that another process is building stay. */
function deleteOthers(kept: string): void {
  const parent = dirname(kept);
  mkdirSync(parent, { recursive: true });
  for (const name of readdirSync(parent)) {
    if (name === basename(kept) || name.endsWith('.partial')) continue;
    rmSync(join(parent, name), { recursive: true, force: true });
  }
}
