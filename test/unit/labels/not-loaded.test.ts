import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const PRELOADED = join(ROOT, 'test', 'support', 'labels', 'record-loads.cjs');
const MAIN = join(ROOT, 'cli', 'main.ts');

/** Runs Node where the runtime is not installed. @returns also what was loaded: `model`, `runtime` */
function withoutRuntime(folder: string, ...args: string[]) {
  const loads = join(folder, 'loads');
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--require', PRELOADED, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, LOADS: loads },
  });
  const loaded = existsSync(loads) ? readFileSync(loads, 'utf8').trim().split('\n') : [];
  return { status, stdout, stderr, loaded };
}

/** A folder with one photo, and the arguments that process it with a recipe. */
function prepare(folder: string, recipe: object): string[] {
  mkdirSync(join(folder, 'photos'));
  copyFileSync(join(ROOT, 'samples', 'coffee.jpg'), join(folder, 'photos', 'coffee.jpg'));
  writeFileSync(join(folder, 'darkroom.config.json'), JSON.stringify({ recipes: { mine: recipe } }));
  return [MAIN, 'process', 'photos', '--recipe', 'mine', '--out', 'out', '--json'];
}

describe('without the package of labels', () => {
  it('a recipe without labels opens no model and loads no runtime', () => {
    using folder = temporaryFolder();
    const { status, stdout, loaded } = withoutRuntime(folder.path, ...prepare(folder.path, {}));
    expect([status, JSON.parse(stdout).state]).toEqual([0, 'COMPLETE']);
    // Configuration asks whether the package is there.
    expect(loaded).not.toContain('model');
  });

  it('a recipe with labels is refused before it opens a model, with the command that adds the package', () => {
    using folder = temporaryFolder();
    const { status, stdout, stderr, loaded } = withoutRuntime(
      folder.path,
      ...prepare(folder.path, { labels: {} }),
    );
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain('npm ci --prefix labels');
    expect(loaded).not.toContain('model');
  });

  it('classification names that command', () => {
    using folder = temporaryFolder();
    const script = `
      const { loadModel } = await import(${JSON.stringify(join(ROOT, 'labels', 'model.ts'))});
      await loadModel('fast').catch(({ message }) => console.log(message));`;
    const { stdout, loaded } = withoutRuntime(folder.path, '--input-type=module', '-e', script);
    expect(stdout.trim()).toBe(
      "Images are classified with onnxruntime-node, which can't be loaded here. Run `npm ci --prefix labels` first.",
    );
    expect(loaded).toEqual(['runtime']);
  });

  it('a model that is opened would be noticed', () => {
    using folder = temporaryFolder();
    const script = `
      const { readModel } = await import(${JSON.stringify(join(ROOT, 'labels', 'find-model.ts'))});
      await readModel('fast');`;
    expect(withoutRuntime(folder.path, '--input-type=module', '-e', script)).toMatchObject({
      status: 0,
      loaded: ['model'],
    });
  });
});
