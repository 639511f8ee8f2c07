import { parseArgs } from 'node:util';
import { LABEL_MODES } from '../core/labels/models.ts';
import { WORKERS } from '../core/names.ts';
import { bundleHandlers, LABEL_FUNCTIONS, OUTER_FUNCTIONS } from './bundle.ts';
import { addHeicDecoder } from './heic-package.ts';
import { installNativePackages } from './native-packages.ts';

/*
 * Bundles functions without the CDK. The Dockerfile calls it, and so can anybody who wants to look at a bundle.
 *
 *   node docker/build.ts --out DIR [--cpu arm64|amd64] [--heic] [--labels MODES] WORKER...
 *
 * With --cpu, named as Docker names it, it also installs the native packages for that architecture.
 * With --heic, it adds the decoder of HEIC, which has a licence of its own. With --labels, it adds the runtime and the
 * models of the modes, such as fast,accurate.
 */
const NPM_CPU = { arm64: 'arm64', amd64: 'x64' } as const;

const { values, positionals } = parseArgs({
  options: {
    out: { type: 'string' },
    cpu: { type: 'string' },
    heic: { type: 'boolean' },
    labels: { type: 'string' },
  },
  allowPositionals: true,
});
const known = [...WORKERS, ...LABEL_FUNCTIONS, ...OUTER_FUNCTIONS];
const workers = known.filter((worker) => positionals.includes(worker));
const { out, cpu, heic } = values;
const modes = LABEL_MODES.filter((mode) => values.labels?.split(',').includes(mode));
const knowsAll = workers.length > 0 && workers.length === positionals.length;
if (out === undefined || !knowsAll || !(cpu === undefined || cpu === 'arm64' || cpu === 'amd64')) {
  console.error(
    'usage: node docker/build.ts --out DIR [--cpu arm64|amd64] [--heic] [--labels MODES] WORKER...',
  );
  console.error(`workers: ${known.join(', ')}`);
  process.exit(2);
}
bundleHandlers(workers, out);
if (cpu) installNativePackages(out, NPM_CPU[cpu]);
if (heic) addHeicDecoder(out);
// Loaded here alone: the other image has no folder labels/.
if (cpu && modes.length > 0) {
  const { addLabelPackages } = await import('./label-packages.ts');
  addLabelPackages(out, NPM_CPU[cpu], modes);
}
