import { loadavg } from 'node:os';
import { join } from 'node:path';
import { LABEL_MODELS, LABEL_MODES, type LabelMode } from '../../core/labels/models.ts';
import { availableModes, modelCommand } from '../../labels/find-model.ts';
import { loadModel } from '../../labels/model.ts';
import { percentile } from '../percentile.ts';
import { runProcess } from '../run-process.ts';
import { markdownTable } from '../table.ts';
import { startTorch, type Torch } from './torch.ts';

/*
 * Classification against PyTorch on one thread, in turns: a call of ours also converts the samples and sorts the classes, and
 * a call of PyTorch is its network alone. Loading and memory are those of a process of its own for each mode.
 */

const ONE_MODEL = join(import.meta.dirname, 'one-model.ts');
const ROUNDS = 7;
const CALLS = 15;
const LOADS = 5;
const WARM_UP = 3;
const TARGETS = { ratio: 0.75, loadMs: 400, bytes: 200e6 };

interface Figures {
  oursMs: number;
  torchMs: number;
  loadMs: number;
  peakBytes: number;
}

/** The lowest median of a round, as everything that disturbs only adds. */
async function measureCalls(mode: LabelMode, torch: Torch): Promise<Pick<Figures, 'oursMs' | 'torchMs'>> {
  const model = await loadModel(mode);
  const input = new Uint8Array(3 * LABEL_MODELS[mode].sidePx ** 2).map(() => Math.random() * 256);
  const ours = async () => {
    const times: number[] = [];
    for (let call = 0; call < CALLS; call += 1) {
      const startedMs = performance.now();
      await model.classify(input);
      times.push(performance.now() - startedMs);
    }
    return times;
  };
  await ours();
  await torch.times(mode, WARM_UP);
  const [oursMs, torchMs]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    oursMs.push(median(await ours()));
    torchMs.push(median(await torch.times(mode, CALLS)));
  }
  await model.close();
  return { oursMs: Math.min(...oursMs), torchMs: Math.min(...torchMs) };
}

function median(times: readonly number[]): number {
  return percentile(
    times.toSorted((a, b) => a - b),
    0.5,
  );
}

/** The worst of some processes. */
function measureLoads(mode: LabelMode): Pick<Figures, 'loadMs' | 'peakBytes'> {
  const loads: { loadMs: number; peakBytes: number }[] = Array.from({ length: LOADS }, () =>
    JSON.parse(runProcess(process.execPath, [ONE_MODEL, mode])),
  );
  return {
    loadMs: Math.max(...loads.map(({ loadMs }) => loadMs)),
    peakBytes: Math.max(...loads.map(({ peakBytes }) => peakBytes)),
  };
}

function row(mode: LabelMode, { oursMs, torchMs, loadMs, peakBytes }: Figures): string[] {
  const ms = (value: number) => `${value.toFixed(value < 100 ? 1 : 0)} ms`;
  const ratio = `${(oursMs / torchMs).toFixed(2)}×`;
  return [mode, ms(oursMs), ms(torchMs), ratio, ms(loadMs), `${(peakBytes / 1e6).toFixed(0)} MB`];
}

function missed(mode: LabelMode, { oursMs, torchMs, loadMs, peakBytes }: Figures): string[] {
  return [
    ...(oursMs / torchMs <= TARGETS.ratio ? [] : [`${mode}: over ${TARGETS.ratio} × PyTorch's time`]),
    ...(loadMs <= TARGETS.loadMs ? [] : [`${mode}: over ${TARGETS.loadMs} ms to load`]),
    ...(peakBytes <= TARGETS.bytes ? [] : [`${mode}: over ${TARGETS.bytes / 1e6} MB`]),
  ];
}

const absent = LABEL_MODES.filter((mode) => !availableModes().includes(mode));
if (absent.length > 0) throw new Error(`expected all models: run ${absent.map(modelCommand).join('; ')}`);
const torch = await startTorch();
const [load = 0] = loadavg();
const measured: [LabelMode, Figures][] = [];
for (const mode of LABEL_MODES) {
  measured.push([mode, { ...(await measureCalls(mode, torch)), ...measureLoads(mode) }]);
}
torch.stop();
const head = ['mode', 'ours', 'PyTorch', 'ratio', 'loading, worst', 'peak RSS'];
console.log(
  markdownTable(
    head,
    measured.map(([mode, figures]) => row(mode, figures)),
  ),
);
console.log(`\nPyTorch ${torch.version}, one thread each; load at the start ${load.toFixed(2)}`);
const faults = measured.flatMap(([mode, figures]) => missed(mode, figures));
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
