import { copyFileSync } from 'node:fs';
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
  buildSync({
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
  if (!workers.includes('api')) return;
  for (const asset of API_ASSETS)
    copyFileSync(join(REPOSITORY, 'node_modules', asset), join(outDir, basename(asset)));
}
