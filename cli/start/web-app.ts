import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { AppState } from '../../local/server/app-pages.ts';
import { builtAppFolder, isBuilt } from '../../web/build/built-app.ts';

const BUILD = join(import.meta.dirname, '..', '..', 'web', 'build', 'main.ts');
/** Of what a failed build wrote: the last lines say why. */
const SHOWN_LINES = 12;

/** The app in the browser: built in a process of its own where its sources have changed, beside everything else. */
export class WebApp {
  #state: AppState = { kind: 'building' };
  readonly #stopped = new AbortController();

  get state(): AppState {
    return this.#state;
  }

  /** Builds what is not built. A failed build is a state, not an error: the pipeline works without a page. */
  async build(): Promise<AppState> {
    const folder = builtAppFolder();
    this.#state = isBuilt(folder) ? { kind: 'ready', folder } : await runBuild(folder, this.#stopped.signal);
    return this.#state;
  }

  stop(): void {
    this.#stopped.abort();
  }
}

async function runBuild(folder: string, signal: AbortSignal): Promise<AppState> {
  const child = spawn(process.execPath, [BUILD], { stdio: ['ignore', 'ignore', 'pipe'], signal });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  const status = await new Promise<number | string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code ?? String(signal)));
  });
  if (status === 0) return { kind: 'ready', folder };
  const reason = output.trim().split('\n').slice(-SHOWN_LINES).join('\n');
  return { kind: 'failed', reason: reason || `The build ended with ${status}.` };
}
