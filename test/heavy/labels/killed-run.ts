import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../support/run-command.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const MAIN = join(ROOT, 'cli', 'main.ts');
const COPIES = 40;

/** A kill in the middle of a run leads to redelivery: each image ends once, with its labels. */
export async function checkKilledRun(): Promise<void> {
  using folder = temporaryFolder();
  const photos = join(folder.path, 'photos');
  mkdirSync(photos);
  for (let copy = 0; copy < COPIES; copy += 1) {
    copyFileSync(join(ROOT, 'samples', 'coffee.jpg'), join(photos, `coffee-${copy}.jpg`));
  }
  const config = join(folder.path, 'darkroom.config.json');
  writeFileSync(config, JSON.stringify({ recipes: { labelled: { rotations: [90], labels: {} } } }));
  const out = join(folder.path, 'out');
  const args = [MAIN, 'process', photos, '--recipe', 'labelled', '--config', config, '--out', out, '--json'];
  const killed = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const closed = once(killed, 'close');
  // The first line means that the work is in full swing.
  await Promise.race([once(killed.stdout, 'data'), closed]);
  assert.equal(killed.exitCode, null, 'expected a process to kill, and it has ended');
  killed.kill('SIGKILL');
  await closed;

  const lines = (await run(process.execPath, args))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.equal(lines.length, COPIES);
  for (const { state, run: number, labels } of lines) {
    assert.deepEqual([state, number, labels?.predictions?.[0]?.name], ['COMPLETE', 1, 'espresso']);
  }
}
