import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../../cli/main.ts', import.meta.url));

/** The laptop edition as its user starts it: what `npm start` runs, over one data folder. */
export class LaptopProcess {
  readonly #child: ChildProcess;
  readonly #exit: Promise<unknown>;
  #output = '';

  constructor(dataDir: string) {
    this.#child = spawn(process.execPath, [MAIN, 'start', '--data', dataDir], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#exit = once(this.#child, 'exit');
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (text: Buffer) => {
        this.#output += text.toString();
      });
    }
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('expected a process that has started');
    return this.#child.pid;
  }

  /** What it has told its user so far. */
  get output(): string {
    return this.#output;
  }

  /** @throws Error with what it said, where it has ended by itself */
  expectAlive(): void {
    const { exitCode, signalCode } = this.#child;
    if (exitCode === null && signalCode === null) return;
    throw new Error(
      `expected the laptop edition to live on; it ended (${exitCode ?? signalCode}):\n${this.#output}`,
    );
  }

  /** As a power cut would end it. */
  async kill(): Promise<void> {
    this.expectAlive();
    this.#child.kill('SIGKILL');
    await this.#exit;
  }

  /** As Ctrl-C ends it. */
  async stop(): Promise<void> {
    this.expectAlive();
    this.#child.kill('SIGTERM');
    await this.#exit;
    if (this.#child.exitCode !== 0) throw new Error(`expected exit status 0:\n${this.#output}`);
  }
}
