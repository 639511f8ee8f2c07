import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { LabelMode } from '../core/labels/models.ts';
import { modelPath } from '../labels/find-model.ts';
import { LABEL_PACKAGES } from './native-packages.ts';

const LABELS = join(import.meta.dirname, '..', 'labels');

/** Where the package has its binaries, by system and processor. */
const BINARIES = 'onnxruntime-node/bin/napi-v6';

/**
 * Adds to a function what it needs to classify: the runtime for Linux and one processor, the classes, and the models.
 *
 * @param cpu as Node names it
 * @throws InvalidInputError where a model is missing
 * @throws Error with npm's message if npm fails, for example without a network
 */
export function addLabelPackages(outDir: string, cpu: 'arm64' | 'x64', modes: readonly LabelMode[]): void {
  const models = join(outDir, 'models');
  mkdirSync(models, { recursive: true });
  for (const path of modes.map((mode) => modelPath(mode))) copyFileSync(path, join(models, basename(path)));
  copyFileSync(join(LABELS, 'models', 'LICENSE'), join(models, 'LICENSE'));
  copyFileSync(join(LABELS, 'classes.json'), join(outDir, 'classes.json'));
  installRuntime(join(outDir, 'node_modules'), cpu);
}

function installRuntime(nodeModules: string, cpu: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'darkroom-labels-'));
  try {
    for (const file of ['package.json', 'package-lock.json', '.npmrc'])
      copyFileSync(join(LABELS, file), join(folder, file));
    const options = { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32' } as const;
    const npm = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], options);
    if (npm.status !== 0) {
      throw new Error(`npm could not install what classifies images: ${npm.error?.message ?? npm.stderr}`);
    }
    const binaries = join(folder, 'node_modules', BINARIES);
    for (const system of readdirSync(binaries)) {
      if (system !== 'linux') rmSync(join(binaries, system), { recursive: true });
    }
    for (const other of readdirSync(join(binaries, 'linux'))) {
      if (other !== cpu) rmSync(join(binaries, 'linux', other), { recursive: true });
    }
    for (const name of LABEL_PACKAGES) {
      cpSync(join(folder, 'node_modules', name), join(nodeModules, name), { recursive: true });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
