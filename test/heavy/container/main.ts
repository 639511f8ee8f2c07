import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ENGINE_ENVIRONMENT, prepareEngine } from '../../support/container/engine.ts';
import {
  buildImage,
  buildTeamImage,
  IMAGE,
  OTHER_CPU,
  OTHER_IMAGE,
  THIS_CPU,
} from '../../support/container/image.ts';
import { buildStandIn, buildStandInForBoth } from '../../support/container/stand-in.ts';
import { installTools } from '../../support/container/tools.ts';
import { findGuard } from './memory.ts';
import { synthesiseZip } from './zip.ts';

/*
 * Builds the image of docker/Dockerfile without a Docker engine, runs it as Lambda would, and compares the zip files with
 * it. docs/testing.md says what that proves. BASE_IMAGE names another base than the stand-in, if it can be pulled.
 */

/** The checks, their servers and all containers share a private network. */
const IN_A_NETWORK_OF_ITS_OWN = ['--net', 'sh', '-c', 'ip link set lo up && exec "$0" "$@"'];

async function step<T>(name: string, work: () => Promise<T>): Promise<T> {
  const startedAtMs = performance.now();
  const result = await work();
  console.log(`${name}: ${((performance.now() - startedAtMs) / 1000).toFixed(1)} s`);
  return result;
}

await step('tools', installTools);
await step('engine', prepareEngine);
const given = process.env.BASE_IMAGE;
const base = given ?? (await step('stand-in for the base image', buildStandIn));
await step('image', () => buildImage(base, IMAGE, THIS_CPU));
const baseForBoth = given ?? (await buildStandInForBoth(base));
await step(`image for ${OTHER_CPU}`, () => buildImage(baseForBoth, OTHER_IMAGE, OTHER_CPU));
for (const cpu of [THIS_CPU, OTHER_CPU]) await step(`zip files for ${cpu}`, () => synthesiseZip(cpu));
await step('image for a team', () => buildTeamImage(base));
const guard = await step('memory limit', findGuard);
console.log(
  `the memory limit is ${guard === 'cgroup' ? 'held by the kernel' : 'watched by us: no control group for it here'}`,
);

const checks = [process.execPath, join(import.meta.dirname, 'checks.ts')];
const { status } = spawnSync('unshare', [...IN_A_NETWORK_OF_ITS_OWN, ...checks], {
  stdio: 'inherit',
  env: { ...process.env, ...ENGINE_ENVIRONMENT, BASE_IMAGE: base, MEMORY_GUARD: guard },
});
process.exitCode = status ?? 1;
