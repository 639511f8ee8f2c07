import { parseArgs } from 'node:util';
import { STAGES } from '../core/names.ts';
import { bundleHandlers } from './bundle.ts';
import { CPUS, installNativePackages } from './native-packages.ts';

/*
 * Makes what a function runs, without the CDK: the Dockerfile calls it, and so may whoever wants to look at a bundle.
 *
 *   node docker/build.ts --out DIR [--cpu arm64|x64] STAGE...
 *
 * With a processor, the native packages for it are installed beside the bundles.
 */
const { values, positionals } = parseArgs({
  options: { out: { type: 'string' }, cpu: { type: 'string' } },
  allowPositionals: true,
});
const stages = STAGES.filter((stage) => positionals.includes(stage));
const cpu = CPUS.find((name) => name === values.cpu);
const understood = values.out !== undefined && stages.length > 0 && stages.length === positionals.length;
if (!understood || cpu !== values.cpu) {
  console.error(`usage: node docker/build.ts --out DIR [--cpu ${CPUS.join('|')}] STAGE...`);
  console.error(`stages: ${STAGES.join(', ')}`);
  process.exit(2);
}
bundleHandlers(stages, values.out ?? '.');
if (cpu) installNativePackages(values.out ?? '.', cpu);
