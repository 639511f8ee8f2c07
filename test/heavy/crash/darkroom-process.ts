import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../../cli/main.ts', import.meta.url));

/** The `darkroom` command as its user starts it, in a process that can be killed. */
export class DarkroomProcess {
  readonly #child: ChildProcess;
  readonly #exit: Promise<unknown>;
  #output = '';
  #stdout = '';

  constructor(args: readonly string[]) {
    this.#child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#exit = once(this.#child, 'close');
    this.#child.stdout?.on('data', (text: Buffer) => {
      this.#output += text;
      this.#stdout += text;
    });
    this.#child.stderr?.on('data', (text: Buffer) => {
      this.#output += text;
    });
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('expected a process that has started');
    return this.#child.pid;
  }

  /** Everything that it has printed so far. */
  get output(): string {
    return this.#output;
  }

  /** What it has printed to standard output so far. */
  get stdout(): string {
    return this.#stdout;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** @throws Error with its output, where it has ended by itself */
  expectAlive(): void {
    if (!this.hasEnded) return;
    const { exitCode, signalCode } = this.#child;
    throw new Error(
      `expected darkroom to be running; it ended (${exitCode ?? signalCode}):\n${this.#output}`,
    );
  }

  /** Ends it as the operating system does when memory is short: it can't finish anything. */
  async kill(): Promise<void> {
    this.expectAlive();
    this.#child.kill('SIGKILL');
    await this.#exit;
  }

  /** Ends it as Ctrl-C does. */
  async stop(): Promise<void> {
    this.expectAlive();
    this.#child.kill('SIGTERM');
    await this.success();
  }

  /** Resolves once it has ended. @throws Error with its output, where the exit status is not 0 */
  async success(): Promise<void> {
    await this.#exit;
    if (this.#child.exitCode !== 0) throw new Error(`expected exit status 0:\n${this.#output}`);
  }
}
