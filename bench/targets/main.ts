import { versionOf } from '../run-process.ts';
import { markdownTable } from '../table.ts';
import { inTemporaryFolder } from '../temporary-folder.ts';
import { type Canvas, drawCanvases } from './canvases.ts';
import { butteraugli, encodeCanvas, type Measured, type Output } from './measure.ts';
import { findSources } from './sources.ts';

const SIDES_PX = [256, 640];

const OUTPUTS: readonly Output[] = [
  ...[70, 80, 90].flatMap((targetQuality) => [
    { format: 'jpeg', targetQuality } as const,
    { format: 'auto', targetQuality } as const,
  ]),
  { format: 'jpeg', quality: 90 },
];

/** Debian's butteraugli takes no option, and says how it is used when it gets no picture. */
const hasButteraugli = versionOf('sh', ['-c', 'command -v butteraugli']) !== undefined;

/** What an output makes of all canvases. */
interface Result {
  all: Measured[];
  distances: number[];
}

async function measureAll(canvases: readonly Canvas[], output: Output, folder: string): Promise<Result> {
  const result: Result = { all: [], distances: [] };
  for (const canvas of canvases) {
    const { measured, file } = await encodeCanvas(canvas, output);
    result.all.push(measured);
    if (hasButteraugli) result.distances.push(await butteraugli(canvas, file, folder));
  }
  return result;
}

/** The lowest quality of JPEG at which the worst picture has that score, and the bytes of all pictures there. */
async function fixedQuality(
  canvases: readonly Canvas[],
  score: number,
): Promise<{ quality: number; bytes: number }> {
  const encodeAll = async (quality: number) => {
    const made = [];
    for (const canvas of canvases)
      made.push((await encodeCanvas(canvas, { format: 'jpeg', quality })).measured);
    return {
      quality,
      bytes: sum(made.map(({ bytes }) => bytes)),
      worst: Math.min(...made.map((one) => one.score)),
    };
  };
  let best = await encodeAll(100);
  for (let below = 1; below < best.quality - 1; ) {
    const middle = await encodeAll(Math.floor((below + best.quality) / 2));
    if (middle.worst >= score) best = middle;
    else below = middle.quality;
  }
  return best;
}

async function measureSide(sidePx: number, folder: string): Promise<string[][]> {
  const canvases = drawCanvases(folder, sidePx);
  const rows: string[][] = [];
  for (const output of OUTPUTS) {
    const title = 'quality' in output ? `quality ${output.quality}` : `targetQuality ${output.targetQuality}`;
    process.stderr.write(`${sidePx} px, ${output.format}, ${title} …\n`);
    const { all, distances } = await measureAll(canvases, output, folder);
    reportMisses(all, output);
    const bytes = sum(all.map((one) => one.bytes));
    const scores = all.map(({ score }) => score);
    const fixed = 'quality' in output ? undefined : await fixedQuality(canvases, Math.min(...scores));
    rows.push([
      `${sidePx} px, ${output.format}, \`${title}\``,
      Math.min(...scores).toFixed(1),
      median(scores).toFixed(1),
      ...(hasButteraugli ? [Math.max(...distances).toFixed(2), median(distances).toFixed(2)] : ['–', '–']),
      String(all.filter(({ isMet }) => !isMet).length),
      Math.max(...all.map(({ tries }) => tries)).toString(),
      `${Math.round(bytes / 1024)} KiB`,
      fixed === undefined
        ? '–'
        : `${fixed.quality}: ${Math.round(100 * (1 - bytes / fixed.bytes))} % smaller`,
    ]);
  }
  return rows;
}

/** Names the pictures that miss their target, so that one can look at them. */
function reportMisses(all: readonly Measured[], output: Output): void {
  for (const { name, score, isMet, encoding } of all) {
    const isLow = 'targetQuality' in output && score < output.targetQuality;
    if (isMet && !isLow) continue;
    process.stderr.write(`  ${name}: ${score.toFixed(1)} with ${JSON.stringify(encoding)}\n`);
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const { sources, missing } = findSources();
const rows = await inTemporaryFolder(async (folder) => {
  const all: string[][] = [];
  for (const sidePx of SIDES_PX) all.push(...(await measureSide(sidePx, folder)));
  return all;
});
const HEAD = [
  `${sources.length} pictures`,
  'lowest SSIMULACRA2',
  'median',
  'worst Butteraugli',
  'median',
  'missed',
  'most tries',
  'bytes',
  'fixed JPEG quality whose worst picture is as good',
];
process.stdout.write(`${[...missing, '', markdownTable(HEAD, rows)].join('\n')}\n`);
