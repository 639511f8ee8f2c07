import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { buildSync } from 'esbuild';
import type { WorkerName } from '../core/names.ts';
import { LABEL_PACKAGES, NATIVE_PACKAGES } from './native-packages.ts';

const REPOSITORY = join(import.meta.dirname, '..');

/** The files of the page that shows the API; see core/http/docs-page.ts. */
const API_ASSETS = ['swagger-ui-dist/swagger-ui.css', 'swagger-ui-dist/swagger-ui-bundle.js'];

/** CommonJS packages in the bundle need `require`, which ES modules do not have. */
const REQUIRE =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** The functions that face the outside: the HTTP API, its work on pixels, the live updates, its trends, and the answer to monitors. */
export const OUTER_FUNCTIONS = ['api', 'pixels', 'live', 'trends', 'health'] as const;
export type OuterFunction = (typeof OUTER_FUNCTIONS)[number];

/** The functions of a deployment that classifies. */
export const LABEL_FUNCTIONS = ['labels', 'classify'] as const;
export type OptionalFunction = (typeof LABEL_FUNCTIONS)[number];

/** A folder of lambdas/ with a handler. */
export type Handler = WorkerName | OuterFunction | OptionalFunction;

/**
 * Bundles each handler into a file `<worker>.mjs` in `outDir`, which exports `handler` and contains all packages except
 * the native ones. Container images and zip files contain the same bundles.
 */
export function bundleHandlers(workers: readonly Handler[], outDir: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'darkroom-bundle-'));
  try {
    bundle(workers, outDir, { zod: writeEnglishZod(folder) });
  } finally {
    rmSync(folder, { recursive: true });
  }
  if (!workers.includes('api')) return;
  for (const asset of API_ASSETS)
    copyFileSync(join(REPOSITORY, 'node_modules', asset), join(outDir, basename(asset)));
}

function bundle(workers: readonly Handler[], outDir: string, alias: Record<string, string>): void {
  buildSync({
    alias,
    absWorkingDir: REPOSITORY,
    entryPoints: workers.map((worker) => ({ in: `lambdas/${worker}/handler.ts`, out: worker })),
    outdir: outDir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: REQUIRE },
    external: [...NATIVE_PACKAGES, ...LABEL_PACKAGES],
    minify: true,
    // Names make stack traces readable. Source maps would help more, but lengthen a cold start by 10 %.
    keepNames: true,
    logLevel: 'warning',
  });
}

/**
 * Writes a module that exports what zod does, but for its messages in 60 other languages. The bundler can't leave them out
 * by itself, as a library passes all of zod on: they would be a sixth of the API.
 *
 * @returns its path
 */
function writeEnglishZod(folder: string): string {
  const zod = join(REPOSITORY, 'node_modules', 'zod', 'v4');
  const core = writeWithoutLanguages(join(zod, 'core'), 'index.js', join(folder, 'core.mjs'));
  const all = writeWithoutLanguages(join(zod, 'classic'), 'external.js', join(folder, 'all.mjs'));
  const text = readFileSync(all, 'utf8');
  writeFileSync(all, text.replaceAll(JSON.stringify(join(zod, 'core', 'index.js')), JSON.stringify(core)));
  const entry = join(folder, 'zod.mjs');
  writeFileSync(
    entry,
    "import * as z from './all.mjs'; export * from './all.mjs'; export { z, z as default };",
  );
  return entry;
}

/** Copies a module of exports, with whole paths. @returns where it is then */
function writeWithoutLanguages(folder: string, name: string, copy: string): string {
  const exported = readFileSync(join(folder, name), 'utf8');
  const english = exported.replace(/^export \* as locales from .*$/m, '');
  if (english === exported) throw new Error(`expected zod to export its languages in ${name}`);
  const whole = (_: string, path: string) => `from ${JSON.stringify(join(folder, path))}`;
  writeFileSync(copy, english.replaceAll(/from "(\.\.?\/[^"]+)"/g, whole));
  return copy;
}
