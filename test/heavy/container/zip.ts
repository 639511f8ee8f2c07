import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CACHE, REPOSITORY } from '../../support/container/engine.ts';
import type { Cpu } from '../../support/container/image.ts';
import { run } from '../../support/run-command.ts';

/** The architectures' names in the configuration. */
const ARCHITECTURES: Readonly<Record<Cpu, string>> = { arm64: 'arm64', x64: 'x86_64' };

/** Makes the functions as zip files for an architecture, as a deployment does: by the CDK, at synthesis. */
export async function synthesiseZip(cpu: Cpu): Promise<void> {
  const settings = ['--context', 'packaging=zip', '--context', `architecture=${ARCHITECTURES[cpu]}`];
  await rm(assemblyFor(cpu), { recursive: true, force: true });
  await run('cdk', ['synth', '--quiet', ...settings, '--output', assemblyFor(cpu)], { cwd: REPOSITORY });
}

/** The folder that is uploaded as the zip file of the worker. */
export async function zipFolder(worker: 'processor' | 'parts' | 'pixels', cpu: Cpu): Promise<string> {
  const entries = await readdir(assemblyFor(cpu), { recursive: true });
  const [bundle, ...others] = entries.filter((entry) => entry.endsWith(`/${worker}.mjs`));
  if (!bundle || others.length > 0) throw new Error(`expected one bundle of the ${worker}, found ${entries}`);
  return join(assemblyFor(cpu), bundle, '..');
}

function assemblyFor(cpu: Cpu): string {
  return join(CACHE, `zip-${cpu}`);
}
