import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { InvalidInputError, TransientError } from '../../core/errors.ts';
import { loadConfig } from '../../local/config.ts';
import { laptopFolders } from '../../local/folders.ts';
import { progressOn } from '../console/progress.ts';
import { printable } from '../console/text.ts';
import { Laptop } from './laptop.ts';

const USAGE = `Usage: npm start -- [--data DIR] [--config FILE]

Runs the whole pipeline on this machine: processes what is in the inbox folder, and goes on watching it.
The first start puts a few sample photos there.

Options:
  --data DIR     Where everything is kept (default: darkroom-data, or as the config file says)
  --config FILE  Read this config file (default: darkroom.config.json, where there is one)

Ctrl-C stops it; what is under way goes on at the next start.`;

/** The photos that ship with Darkroom. */
const SAMPLES = join(import.meta.dirname, '..', '..', 'samples');

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      data: { type: 'string' },
      config: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const config = loadConfig({ path: values.config, dataDir: values.data ?? process.env.DARKROOM_DATA });
  const progress = progressOn(process.stdout);
  const { inbox, contactSheet } = laptopFolders(config.dataDir);
  if (putSamples(inbox.directory)) progress.print(`The sample photos are in ${here(inbox.directory)}.`);
  const laptop = new Laptop(config, progress);
  stopOnSignal(laptop);
  await laptop.start();
  if (existsSync(contactSheet)) progress.print('', `Contact sheet: ${pathToFileURL(contactSheet).href}`);
  progress.print(`Watching ${here(inbox.directory)}: drop images there. Ctrl-C stops.`);
}

/** Only where there is no inbox yet: whoever has emptied it wants it empty. */
function putSamples(directory: string): boolean {
  if (existsSync(directory)) return false;
  mkdirSync(directory, { recursive: true });
  for (const name of readdirSync(SAMPLES).filter((file) => !file.endsWith('.md'))) {
    cpSync(join(SAMPLES, name), join(directory, name));
  }
  return true;
}

/** The first signal ends what is in hand; the second ends the process. */
function stopOnSignal(laptop: Laptop): void {
  const stop = () => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.off(signal, stop);
      process.on(signal, () => process.exit(130));
    }
    console.log('\nStopping; what is in hand is finished first.');
    laptop.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

function here(path: string): string {
  const fromHere = relative('', path);
  return fromHere.startsWith('..') ? path : fromHere;
}

try {
  await main();
} catch (error) {
  const isExpected = error instanceof InvalidInputError || error instanceof TransientError;
  const isUsage = error instanceof TypeError && 'code' in error;
  console.error(isExpected || isUsage ? `darkroom: ${printable((error as Error).message)}` : error);
  if (isUsage) console.error(`\n${USAGE}`);
  process.exit(isUsage || error instanceof InvalidInputError ? 2 : 1);
}
