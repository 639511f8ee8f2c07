import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand, wholeNumber } from '../../support/command-line.ts';
import { type FloodReport, flood } from './flood.ts';

const USAGE = `Usage: npm run flood -- [--images N]

Puts many small images into the inbox of the laptop edition at once, and watches the process while it works: memory,
open files, images a second, and whether its progress line tells the truth. Linux only, as it reads /proc.
  --images N   how many (default 10000)`;

/** Fewer have no tenths to speak of. */
const LEAST_IMAGES = 100;

const MAX_RSS_MIB = 768;
const MAX_OPEN_FILES = 100;
/** A tenth of the images may take so many times as long as the median tenth. */
const MAX_SLOWDOWN = 2;
/** The progress line is looked at some time after it was written. */
const MAX_BEHIND_SHARE = 0.02;

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

await runCommand(USAGE, { images: { type: 'string', default: '10000' } }, async (values) => {
  const images = wholeNumber('images', values.images, LEAST_IMAGES);
  const folder = mkdtempSync(join(tmpdir(), 'darkroom-flood-'));
  try {
    return tell(images, await flood(join(folder, 'data'), images));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
