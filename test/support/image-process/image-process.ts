import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Reply, Request } from './image-worker.ts';

const WORKER = fileURLToPath(new URL('image-worker.ts', import.meta.url));
const STDERR_TAIL_LENGTH = 2000;

/** The process did not live to answer. */
export interface Death {
  /** `hang`: it was at work for longer than allowed, and was killed for that. */
  kind: 'crash' | 'hang';
  what: string;
}

/** A process for the work on images, so that whatever kills it kills nobody else. One image at a time. */
export class ImageProcess {
  readonly #child: ChildProcess;
  #stderr = '';

  constructor() {
    this.#child = fork(WORKER, { serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    this.#child.stderr?.on('data', (text: Buffer) => {
      this.#stderr = (this.#stderr + text.toString()).slice(-STDERR_TAIL_LENGTH);
    });
  }

  /** @param stuckAfterMs how long the answer may take */
  work(request: Request, stuckAfterMs: number): Promise<Reply | Death> {
    return new Promise((resolve) => {
      const finish = (result: Reply | Death) => {
        clearTimeout(timer);
        this.#child.removeAllListeners();
        resolve(result);
      };
      const timer = setTimeout(() => {
        finish({ kind: 'hang', what: `no answer in ${stuckAfterMs} ms` });
        this.stop();
      }, stuckAfterMs);
      this.#child.once('message', (reply) => finish(reply as Reply));
      this.#child.once('exit', (code, signal) =>
        finish({
          kind: 'crash',
          what: `ended with ${signal ?? `status ${code}`}. ${this.#stderr}`,
        }),
      );
      this.#child.send(request);
    });
  }

  stop(): void {
    this.#child.kill('SIGKILL');
  }
}
