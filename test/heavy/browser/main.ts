import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { installChromium } from './chromium.ts';
import { SCREENSHOTS } from './page.ts';

/*
 * The app as a person uses it, in a real browser against a real `npm start`. Screenshots of every page stay in
 * `.cache/screenshots`. A missing browser is an error.
 */

const ROOT = join(import.meta.dirname, '..', '..', '..');

await installChromium();
rmSync(SCREENSHOTS, { recursive: true, force: true });
const build = spawnSync(process.execPath, [join(ROOT, 'web', 'build', 'main.ts')], { stdio: 'inherit' });
if (build.status !== 0) throw new Error('expected the app to be built');
const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
const config = join(import.meta.dirname, 'vitest.config.ts');
const { status } = spawnSync(
  process.execPath,
  [vitest, 'run', '--config', config, ...process.argv.slice(2)],
  {
    stdio: 'inherit',
    cwd: ROOT,
  },
);
process.exitCode = status ?? 1;
