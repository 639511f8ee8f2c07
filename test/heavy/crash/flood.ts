import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CaseOptions } from './crash-case.ts';
import { DarkroomProcess } from './darkroom-process.ts';
import { foldersOf } from './folder-state.ts';
import { brokenInvariants } from './invariants.ts';
import { dropPictures } from './pictures.ts';
import { untilAllEnded } from './until.ts';

interface FloodReport {
  seconds: number;
  /** How long each tenth of the images took, from the first image that was done. */
  tenthsS: number[];
  peakRssMib: number;
  peakOpenFiles: number;
  /** What the progress line said, and how many events were in the event file. */
  progress: { shown: number; actual: number }[];
}

const LOOK_MS = 250;
/** Fewer can't be divided into tenths that mean something. */
const LEAST_IMAGES = 100;
const NEWLINE = 0x0a;
const MAX_RSS_MIB = 768;
const MAX_OPEN_FILES = 100;
/** How many times as long as the median tenth any tenth of the images may take. */
const MAX_SLOWDOWN = 2;
/** The progress line is looked at some time after it was written. */
const MAX_BEHIND_SHARE = 0.02;

/**
 * Starts the laptop edition over an inbox that holds many images already, and watches the process: memory, open files,
 * images per second, and whether its progress line is right.
 */
export async function flood(folder: string, { images }: CaseOptions): Promise<string[]> {
  if (images < LEAST_IMAGES)
    throw new Error(`flood: expected at least ${LEAST_IMAGES} images, received ${images}`);
  const dataDir = join(folder, 'data');
  const inbox = join(dataDir, 'inbox');
  mkdirSync(inbox, { recursive: true });
  const keys = await dropPictures(inbox, 0, images);
  const darkroom = new DarkroomProcess(['start', '--data', dataDir, '--port', '0']);
  const report = await observe(darkroom, new EventCounter(dataDir), images);
  await untilAllEnded(darkroom, foldersOf(dataDir), images);
  await darkroom.stop();
  return [...exceededBounds(images, report), ...(await brokenInvariants(foldersOf(dataDir), keys))];
}

/** Looks at the process until every image has ended. */
async function observe(
  darkroom: DarkroomProcess,
  events: EventCounter,
  images: number,
): Promise<FloodReport> {
  const report = { peakRssMib: 0, peakOpenFiles: 0, progress: [] as FloodReport['progress'] };
  const startedAt = performance.now();
  const tenthsAt: number[] = [];
  let line = '';
  while (events.count() < images) {
    darkroom.expectAlive();
    await sleep(LOOK_MS);
    report.peakRssMib = Math.max(report.peakRssMib, peakRssMib(darkroom.pid));
    report.peakOpenFiles = Math.max(report.peakOpenFiles, readdirSync(`/proc/${darkroom.pid}/fd`).length);
    const latest = darkroom.output.match(/^[\d,]+ images? done, .*$/gm)?.at(-1) ?? '';
    if (latest !== line) {
      const shown = Number.parseInt(latest.replaceAll(',', ''), 10);
      report.progress.push({ shown, actual: events.count() });
    }
    line = latest;
    while (events.count() >= (tenthsAt.length * images) / 10 && events.count() > 0)
      tenthsAt.push(performance.now());
  }
  const tenthsS = tenthsAt.slice(1).map((at, index) => (at - (tenthsAt[index] ?? startedAt)) / 1000);
  return { seconds: (performance.now() - startedAt) / 1000, tenthsS, ...report };
}

/** Prints what was measured. @returns the bounds that were exceeded, in words */
function exceededBounds(
  images: number,
  { seconds, tenthsS, peakRssMib, peakOpenFiles, progress }: FloodReport,
): string[] {
  const rate = (count: number, inS: number) => `${(count / inS).toFixed(1)} images/s`;
  const furthest = Math.max(0, ...progress.map(({ shown, actual }) => Math.abs(shown - actual)));
  console.log(`${images} images in ${seconds.toFixed(0)} s, ${rate(images, seconds)}`);
  console.log(`by tenths of the images: ${tenthsS.map((tenth) => rate(images / 10, tenth)).join(', ')}`);
  console.log(`most memory resident: ${peakRssMib.toFixed(0)} MiB; most open files: ${peakOpenFiles}`);
  console.log(`${progress.length} progress lines, at most ${furthest} images from the event file`);
  const median = tenthsS.toSorted((a, b) => a - b)[5] ?? 0;
  const bounds: [holds: boolean, otherwise: string][] = [
    [peakRssMib <= MAX_RSS_MIB, `expected at most ${MAX_RSS_MIB} MiB`],
    [peakOpenFiles <= MAX_OPEN_FILES, `expected at most ${MAX_OPEN_FILES} open files`],
    [Math.max(...tenthsS) <= MAX_SLOWDOWN * median, 'expected a steady pace'],
    [furthest <= Math.max(10, MAX_BEHIND_SHARE * images), 'expected progress lines that are right'],
  ];
  return bounds.filter(([holds]) => !holds).map(([, otherwise]) => otherwise);
}

/** Counts the lines of the event file, reading only what has been added. */
class EventCounter {
  readonly #path: string;
  #bytes = 0;
  #count = 0;

  constructor(dataDir: string) {
    this.#path = join(dataDir, 'events.ndjson');
  }

  count(): number {
    const bytes = statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0;
    if (bytes === this.#bytes) return this.#count;
    const added = Buffer.alloc(bytes - this.#bytes);
    const file = openSync(this.#path, 'r');
    readSync(file, added, 0, added.length, this.#bytes);
    closeSync(file);
    this.#bytes = bytes;
    this.#count += added.filter((byte) => byte === NEWLINE).length;
    return this.#count;
  }
}

function peakRssMib(pid: number): number {
  const [, kibibytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) / 1024;
}
