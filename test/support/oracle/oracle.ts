import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { installPythonTools } from '../python-tools.ts';
import { run, succeeds } from '../run-command.ts';

const FOLDER = join(import.meta.dirname, '..', '..', '..', '.cache', 'oracle');
const PYTHON = join(FOLDER, 'bin', 'python');
const SERVER = join(import.meta.dirname, 'server.py');

/** Pinned, so that what Pillow makes of a file changes only with a change of ours. */
const PACKAGES = ['pillow==13.0.0', 'numpy==2.4.6', 'scipy==1.17.1', 'scikit-image==0.26.0'];
const MODULES = ['PIL', 'numpy', 'scipy', 'skimage'];

const PATIENCE_MS = 60_000;

/** An oracle said that it cannot answer: Pillow does not read the file. */
export class NoAnswer extends Error {
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

/** Whether an earlier {@link installOracle} has installed it, and there is ImageMagick. */
export async function canJudgePictures(): Promise<boolean> {
  const hasPillow = await succeeds(PYTHON, ['-c', `import ${MODULES.join(', ')}`]);
  return hasPillow && (await hasImageMagick());
}

/**
 * Installs ImageMagick where it is missing, for the oracle to ask where Pillow does not know.
 *
 * @throws CommandError where apt-get can't: it needs root on Debian
 */
export async function installImageMagick(): Promise<void> {
  if (await hasImageMagick()) return;
  await run('apt-get', ['update', '-q']);
  await run('apt-get', ['install', '-q', '-y', '--no-install-recommends', 'imagemagick']);
}

function hasImageMagick(): Promise<boolean> {
  return succeeds('convert', ['-version']);
}

/** Pillow and scikit-image in a process of their own, which answers one question at a time. */
export class Oracle {
  #process = new OracleProcess();
  #last: Promise<unknown> = Promise.resolve();

  /** @throws NoAnswer with what went wrong where the question can't be answered */
  ask<Answer>(question: { ask: string; [detail: string]: unknown }): Promise<Answer> {
    const answer = this.#last.then(() => this.#exchange(question) as Promise<Answer>);
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  stop(): void {
    this.#process.stop();
  }

  async #exchange(question: object): Promise<unknown> {
    const line = await this.#process.exchange(JSON.stringify(question));
    if (line === undefined) {
      // A damaged file may end a library, or keep it busy.
      this.#process.stop();
      this.#process = new OracleProcess();
      throw new NoAnswer('the oracle did not live to answer');
    }
    const { answer, error } = JSON.parse(line) as { answer?: unknown; error?: string };
    if (error !== undefined) throw new NoAnswer(error);
    return answer;
  }
}

class OracleProcess {
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  constructor() {
    // libtiff writes warnings of damaged files to standard error.
    this.#child = spawn(PYTHON, [SERVER], { stdio: ['pipe', 'pipe', 'ignore'] });
    // A question to a process that has died is answered by the end of its output.
    this.#child.stdin?.on('error', () => {});
    const { stdout } = this.#child;
    if (stdout === null) throw new TypeError('expected a pipe');
    this.#answers = createInterface({ input: stdout })[Symbol.asyncIterator]();
  }

  /** The line that answers a line; undefined where the process ends before, or takes too long. */
  async exchange(line: string): Promise<string | undefined> {
    this.#child.stdin?.write(`${line}\n`);
    const late = setTimeout(() => this.stop(), PATIENCE_MS);
    try {
      const { value, done } = await this.#answers.next();
      return done ? undefined : value;
    } finally {
      clearTimeout(late);
    }
  }

  stop(): void {
    this.#child.kill('SIGKILL');
  }
}
