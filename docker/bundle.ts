import { join } from 'node:path';
import { buildSync } from 'esbuild';
import type { WorkerName } from '../core/names.ts';
import { NATIVE_PACKAGES } from './native-packages.ts';

/** CommonJS packages inside the bundle ask for a `require`, which ES modules do not have. */
const REQUIRE =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** A folder of lambdas/ with a handler: the stages, and what answers monitors. */
export type Handler = WorkerName | 'health';

/**
 * Bundles the handlers of the stages into `outDir`, a file `<stage>.mjs` each that exports `handler`, with every
 * package inside but the native ones. Container images and zip files are made of the same bundles.
 */
export function bundleHandlers(workers: readonly Handler[], outDir: string): void {
  buildSync({
    absWorkingDir: join(import.meta.dirname, '..'),
    entryPoints: workers.map((worker) => ({ in: `lambdas/${worker}/handler.ts`, out: worker })),
    outdir: outDir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: REQUIRE },
    external: [...NATIVE_PACKAGES],
    minify: true,
    // Names make a stack readable. Source maps would do more, at a tenth more of a cold start.
    keepNames: true,
    logLevel: 'warning',
  });
}
