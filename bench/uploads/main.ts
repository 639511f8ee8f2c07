import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { cell, markdownTable } from '../table.ts';
import { race } from '../timing.ts';
import { contenders, longestPausesMs, TITLES } from './contenders.ts';

const FILE_BYTES = 2048;

/** Files and the time that the storage takes to answer. Loopback alone has no latency to hide. */
const RUNS = [
  { count: 3000, latencyMs: 0 },
  { count: 300, latencyMs: 20 },
] as const;

function makeFiles(count: number): File[] {
  const content = new Uint8Array(FILE_BYTES);
  return Array.from(
    { length: count },
    (_, index) => new File([content], `${index}.jpg`, { type: 'image/jpeg' }),
  );
}

async function measure({ count, latencyMs }: (typeof RUNS)[number]): Promise<Map<string, number>> {
  const server = fork(join(import.meta.dirname, 'server.ts'), [String(latencyMs)]);
  try {
    const [baseUrl] = (await once(server, 'message')) as [string];
    return await race(contenders(baseUrl, makeFiles(count)));
  } finally {
    server.kill();
  }
}

const columns: Map<string, number>[] = [];
for (const run of RUNS) columns.push(await measure(run));
const rows = Object.values(TITLES).map((title) => [
  title,
  ...columns.map((times) => {
    const ms = times.get(title);
    const sequentialMs = times.get(TITLES.sequential);
    return cell(ms, ms === undefined || sequentialMs === undefined ? undefined : ms / sequentialMs);
  }),
]);
const head = RUNS.map(({ count, latencyMs }) => `${count} files, ${latencyMs} ms`);
process.stdout.write(`${markdownTable(['', ...head], rows)}\n\n`);
process.stdout.write(
  `Files of ${FILE_BYTES} bytes; time, and its ratio to one at a time. The longest pause of the event loop under the ` +
    `engine: ${Math.min(...longestPausesMs).toFixed(0)} to ${Math.max(...longestPausesMs).toFixed(0)} ms.\n`,
);
