import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { installPythonTools } from '../python-tools.ts';

const FOLDER = join(import.meta.dirname, '..', '..', '..', '.cache', 'oracle');
const PYTHON = join(FOLDER, 'bin', 'python');
const SERVER = join(import.meta.dirname, 'server.py');

/** Pinned, so that what Pillow makes of a file changes only with a change of ours. */
const PACKAGES = ['pillow==13.0.0', 'numpy==2.4.6', 'scipy==1.17.1', 'scikit-image==0.26.0'];
const MODULES = ['PIL', 'numpy', 'scipy', 'skimage'];

/** An oracle said that it cannot answer: Pillow does not read the file. */
class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/**
 * Installs Pillow and scikit-image into `.cache/oracle`. What is there already stays.
 *
 * @throws CommandError where there is no python3 with venv, or the packages can't be had
 */
export async function installOracle(): Promise<void> {
  await installPythonTools(FOLDER, PACKAGES, MODULES);
}

/** Pillow and scikit-image in a process of their own, which answers one question at a time. */
export class Oracle {
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  #last: Promise<unknown> = Promise.resolve();

  constructor() {
    this.#child = spawn(PYTHON, [SERVER], { stdio: ['pipe', 'pipe', 'inherit'] });
    const { stdout } = this.#child;
    if (stdout === null) throw new TypeError('expected a pipe');
    this.#answers = createInterface({ input: stdout })[Symbol.asyncIterator]();
  }

  /** @throws NoAnswer with Python's exception where the question can't be answered */
  ask<Answer>(question: { ask: string; [detail: string]: unknown }): Promise<Answer> {
    const answer = this.#last.then(() => this.#exchange(question) as Promise<Answer>);
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async stop(): Promise<void> {
    this.#child.stdin?.end();
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit');
  }

  async #exchange(question: object): Promise<unknown> {
    this.#child.stdin?.write(`${JSON.stringify(question)}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error(`expected an answer, and the oracle ended with ${this.#child.exitCode}`);
    const { answer, error } = JSON.parse(value) as { answer?: unknown; error?: string };
    if (error !== undefined) throw new NoAnswer(error);
    return answer;
  }
}
