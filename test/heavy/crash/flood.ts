import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { countMessages } from '../crash/folder-state.ts';
import { brokenLaws } from '../crash/invariants.ts';
import { LaptopProcess } from '../crash/laptop-process.ts';
import { dropPictures } from '../crash/pictures.ts';

export interface FloodReport {
  seconds: number;
  /** How long each tenth of the images took, from the first image that was done on. */
  tenthsS: number[];
  peakRssMib: number;
  peakOpenFiles: number;
  /** What the progress line told, and what the event file says. */
  progress: { told: number; true: number }[];
  broken: string[];
}

const LOOK_MS = 250;
const NEWLINE = 0x0a;

/** Starts the laptop edition over an inbox of so many images, and watches it until all are done. */
export async function flood(dataDir: string, images: number): Promise<FloodReport> {
  const inbox = join(dataDir, 'inbox');
  mkdirSync(inbox, { recursive: true });
  const keys = await dropPictures(inbox, 0, images);

  const startedAt = performance.now();
  const laptop = new LaptopProcess(dataDir);
  const counter = new EventCounter(dataDir);
  const report = { peakRssMib: 0, peakOpenFiles: 0, progress: [] as FloodReport['progress'] };
  const tenthsAt: number[] = [];
  let shown = '';
  while (counter.count() < images) {
    laptop.expectAlive();
    await sleep(LOOK_MS);
    report.peakRssMib = Math.max(report.peakRssMib, peakRssMib(laptop.pid));
    report.peakOpenFiles = Math.max(report.peakOpenFiles, readdirSync(`/proc/${laptop.pid}/fd`).length);
    const line = laptop.output.match(/^[\d,]+ images? done, .*$/gm)?.at(-1) ?? '';
    if (line !== shown)
      report.progress.push({ told: Number.parseInt(line.replaceAll(',', ''), 10), true: counter.count() });
    shown = line;
    while (counter.count() >= (tenthsAt.length * images) / 10 && counter.count() > 0)
      tenthsAt.push(performance.now());
  }
  const seconds = (performance.now() - startedAt) / 1000;
  while (countMessages(dataDir) > 0) await sleep(LOOK_MS);
  await laptop.stop();
  const tenthsS = tenthsAt.slice(1).map((at, index) => (at - (tenthsAt[index] ?? startedAt)) / 1000);
  return { seconds, tenthsS, ...report, broken: await brokenLaws(dataDir, keys) };
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
