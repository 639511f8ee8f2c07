import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type FloodReport, flood } from './flood.ts';

const USAGE = `Usage: npm run flood -- [--images N]

Puts many small images into the inbox of the laptop edition at once, and watches the process while it works: memory,
open files, images a second, and whether its progress line tells the truth. Linux only, as it reads /proc.
  --images N   how many (default 10000)`;

const MAX_RSS_MIB = 768;
const MAX_OPEN_FILES = 100;
/** A tenth of the images may take so many times as long as the median tenth. */
const MAX_SLOWDOWN = 2;
/** The progress line is looked at some time after it was written. */
const MAX_BEHIND_SHARE = 0.02;

/** @returns the exit status: 0 when every bound held, 1 when not */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { images: { type: 'string', default: '10000' }, help: { type: 'boolean', default: false } },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const images = Number(values.images);
  if (!Number.isSafeInteger(images) || images < 100) {
    throw new Error(`--images: expected a whole number from 100, received ${values.images}`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'darkroom-flood-'));
  try {
    return tell(images, await flood(join(folder, 'data'), images));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function tell(
  images: number,
  { seconds, tenthsS, peakRssMib, peakOpenFiles, progress, broken }: FloodReport,
): number {
  const rate = (count: number, inS: number) => `${(count / inS).toFixed(1)} images/s`;
  console.log(`${images} images in ${seconds.toFixed(0)} s, ${rate(images, seconds)}`);
  console.log(`by tenths of the images: ${tenthsS.map((tenth) => rate(images / 10, tenth)).join(', ')}`);
  console.log(`most memory resident: ${peakRssMib.toFixed(0)} MiB; most open files: ${peakOpenFiles}`);
  const furthest = Math.max(0, ...progress.map(({ told, true: actual }) => Math.abs(told - actual)));
  console.log(`${progress.length} progress lines, at most ${furthest} images from the truth`);
  const median = [...tenthsS].sort((a, b) => a - b)[5] ?? 0;
  const bounds: [holds: boolean, otherwise: string][] = [
    [peakRssMib <= MAX_RSS_MIB, `expected at most ${MAX_RSS_MIB} MiB`],
    [peakOpenFiles <= MAX_OPEN_FILES, `expected at most ${MAX_OPEN_FILES} open files`],
    [Math.max(...tenthsS) <= MAX_SLOWDOWN * median, 'expected a steady pace'],
    [furthest <= Math.max(10, MAX_BEHIND_SHARE * images), 'expected progress lines that tell the truth'],
    ...broken.map((law): [boolean, string] => [false, law]),
  ];
  const failed = bounds.filter(([holds]) => !holds);
  for (const [, otherwise] of failed) console.log(`broken: ${otherwise}`);
  return failed.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
