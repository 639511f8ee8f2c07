import { statSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { WORKERS } from '../core/names.ts';
import { SETTINGS_VARIABLE } from '../core/settings.ts';
import { bundleHandlers } from '../docker/bundle.ts';
import { settingsJson } from '../test/support/deployed-settings.ts';
import { runProcess } from './run-process.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

export interface BundleFacts {
  worker: string;
  bytes: number;
  /** From the start of the import until the handler is there, in a new process. */
  importMs: number;
  /** The whole process, start of Node included. */
  processMs: number;
}

const RUNS = 7;

/** What the handlers read when they start; nothing is called. */
const ENVIRONMENT = { AWS_REGION: 'eu-central-1', [SETTINGS_VARIABLE]: settingsJson() };

/** Size and time to start of each function's bundle, under plain Node: the best of some runs. */
export function measureBundles(runs = RUNS): Promise<BundleFacts[]> {
  return inTemporaryFolder((folder) => {
    bundleHandlers(WORKERS, folder);
    return WORKERS.map((worker) => measureBundle(worker, join(folder, `${worker}.mjs`), runs));
  });
}

/** The benchmark's own work as a bundle in that folder, to be run as a whole process; returns its path. */
export function bundleDarkroom(folder: string): string {
  const outfile = join(folder, 'darkroom.mjs');
  const entry = join(import.meta.dirname, 'darkroom.ts');
  const options = { bundle: true, platform: 'node', format: 'esm', minify: true } as const;
  buildSync({ ...options, entryPoints: [entry], outfile, external: ['sharp'], target: 'node24' });
  return outfile;
}

function measureBundle(worker: string, file: string, runs: number): BundleFacts {
  const script = `const t = performance.now(); await import(${JSON.stringify(file)}); console.log(performance.now() - t)`;
  const args = ['--input-type=module', '--eval', script];
  const times = Array.from({ length: runs }, () => {
    const startedAt = performance.now();
    const importMs = Number(runProcess(process.execPath, args, ENVIRONMENT));
    return { importMs, processMs: performance.now() - startedAt };
  });
  return {
    worker,
    bytes: statSync(file).size,
    importMs: Math.min(...times.map(({ importMs }) => importMs)),
    processMs: Math.min(...times.map(({ processMs }) => processMs)),
  };
}
