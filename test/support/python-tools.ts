import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run, succeeds } from './run-command.ts';

/**
 * Installs programs written in Python into a folder of their own, from where pip is set up to look. What is there
 * already stays.
 *
 * @param packages by name and version, as in `ministack==1.5.33`
 * @param modules what can be imported once all is there
 * @throws CommandError where python3 with venv is missing, or the packages can't be had
 */
export async function installPythonTools(
  folder: string,
  packages: readonly string[],
  modules: readonly string[],
): Promise<void> {
  const wanted = JSON.stringify(packages);
  const installed = join(folder, 'installed.json');
  const isThere = existsSync(installed) && readFileSync(installed, 'utf8') === wanted;
  if (isThere && (await succeeds(join(folder, 'bin', 'python'), ['-c', `import ${modules.join(', ')}`])))
    return;
  await rm(folder, { recursive: true, force: true });
  await mkdir(dirname(folder), { recursive: true });
  await run('python3', ['-m', 'venv', folder]);
  await run(join(folder, 'bin', 'pip'), ['install', '--quiet', ...packages]);
  await writeFile(installed, wanted);
}
