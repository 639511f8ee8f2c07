import { versionOf } from '../run-process.ts';
import { markdownTable } from '../table.ts';
import { inTemporaryFolder } from '../temporary-folder.ts';
import { type Canvas, drawCanvases } from './canvases.ts';
import { type FixedJpeg, fixedJpegs } from './fixed-jpegs.ts';
import { butteraugli, encodeCanvas, type Measured, type Output } from './measure.ts';
import { findSources } from './sources.ts';
import { median, sum } from './statistics.ts';

const OUTPUTS: readonly Output[] = [
  { format: 'jpeg', quality: 90 },
  ...[80, 90, 70].flatMap((targetQuality) => [
    { format: 'jpeg', targetQuality } as const,
    { format: 'auto', targetQuality } as const,
  ]),
];

/** What an output makes of all canvases. */
interface Result {
  output: Output;
  all: Measured[];
  /** By Butteraugli, where it is installed. */
  distances: number[];
}

/** Debian's butteraugli takes no option, so the shell looks for it. */
const hasButteraugli = versionOf('sh', ['-c', 'command -v butteraugli']) !== undefined;

async function measureAll(canvases: readonly Canvas[], output: Output, folder: string): Promise<Result> {
  const result: Result = { output, all: [], distances: [] };
  for (const canvas of canvases) {
    const { measured, file } = await encodeCanvas(canvas, output);
    result.all.push(measured);
    if (hasButteraugli) result.distances.push(await butteraugli(canvas, file, folder));
  }
  return result;
}

function rowOf(title: string, { all, distances }: Result, asGood: FixedJpeg | undefined): string[] {
  const scores = all.map(({ score }) => score);
  const bytes = sum(all.map((one) => one.bytes));
  const farthest = hasButteraugli
    ? [Math.max(...distances).toFixed(2), median(distances).toFixed(2)]
    : ['–', '–'];
  return [
    title,
    Math.min(...scores).toFixed(1),
    median(scores).toFixed(1),
    ...farthest,
    String(all.filter(({ isMet }) => !isMet).length),
    String(Math.max(...all.map(({ tries }) => tries))),
    `${Math.round(bytes / 1024)} KiB`,
    asGood === undefined ? '–' : `${asGood.quality}, ${Math.round(100 * (1 - bytes / asGood.bytes))} %`,
  ];
}

async function measureSide(sidePx: number, folder: string): Promise<string[][]> {
  const canvases = drawCanvases(folder, sidePx);
  const fixed = fixedJpegs(canvases);
  const rows: string[][] = [];
  for (const output of OUTPUTS) {
    const result = await measureAll(canvases, output, folder);
    const worst = Math.min(...result.all.map(({ score }) => score));
    const asGood = 'quality' in output ? undefined : await fixed.lowestWith(worst);
    const row = rowOf(`${sidePx} px, ${titleOf(output)}`, result, asGood);
    process.stderr.write(`${row.join(' | ')}\n`);
    report(result);
    rows.push(row);
  }
  return rows;
}

function titleOf(output: Output): string {
  const asked = 'quality' in output ? `quality: ${output.quality}` : `targetQuality: ${output.targetQuality}`;
  return `${output.format}, \`${asked}\``;
}

/** Names the pictures that miss their target and the one that looks worst, so that one can look at them. */
function report({ all, output, distances }: Result): void {
  const worst = all[distances.indexOf(Math.max(...distances))];
  if (worst !== undefined)
    process.stderr.write(`  worst by Butteraugli: ${worst.name}, ${worst.score.toFixed(1)}\n`);
  if ('quality' in output) return;
  for (const { name, score, isMet, encoding } of all) {
    if (isMet && score >= output.targetQuality) continue;
    process.stderr.write(`  ${name}: ${score.toFixed(1)} with ${JSON.stringify(encoding)}\n`);
  }
}

const sidesPx = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [256, 640];
const { sources, missing } = findSources();
const rows = await inTemporaryFolder(async (folder) => {
  const all: string[][] = [];
  for (const sidePx of sidesPx) all.push(...(await measureSide(sidePx, folder)));
  return all;
});
const head = [
  `${sources.length} pictures`,
  'lowest SSIMULACRA2',
  'median',
  'worst Butteraugli',
  'median',
  'missed',
  'most tries',
  'size',
  'JPEG quality whose worst picture is as good, and how much smaller',
];
process.stdout.write(`${[...missing, '', markdownTable(head, rows)].join('\n')}\n`);
