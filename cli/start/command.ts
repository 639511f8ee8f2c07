import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { loadConfig } from '../../local/config.ts';
import { laptopFolders } from '../../local/data-folder.ts';
import { networkAccess } from '../../local/server/network-access.ts';
import { onBrokenPipe } from '../console/broken-pipe.ts';
import { progressOn } from '../console/progress.ts';
import { type Command, parseOptions, UsageError } from '../usage.ts';
import { Laptop } from './laptop.ts';

/** The photos that ship with Darkroom. */
const SAMPLES = join(import.meta.dirname, '..', '..', 'samples');

/** What a shell expects of a program that a signal ended: 128 + SIGINT. */
const INTERRUPTED = 130;

export const startCommand: Command = {
  help: `Usage: darkroom start [options]

Processes every image in the inbox folder, then watches the folder for new ones. The first start copies a few sample
photos into it.

Options:
  --data DIR     Keep everything in this folder (default: darkroom-data, or the config file's dataDir)
  --config FILE  Read this config file (default: darkroom.config.json, if it exists)
  --port NUMBER  Serve on this port of 127.0.0.1 (default: the config file's port, or 4400, or the next
                 that is free; 0 takes any free one)
  --listen IP    Let others on the network in, for example 0.0.0.0. Needs --origin, and DARKROOM_PASSWORD in the
                 environment or auth in the config file
  --origin URL   The address that others open, such as http://studio:4400

Ctrl-C stops it. The next start continues the images that were in progress.`,

  async run(args) {
    const { values, positionals } = parseOptions(args, {
      data: { type: 'string' },
      config: { type: 'string' },
      port: { type: 'string' },
      listen: { type: 'string' },
      origin: { type: 'string' },
    });
    if (positionals.length > 0)
      throw new UsageError(`start: expected options only, received ${positionals[0]}`);
    const config = loadConfig({
      path: values.config,
      dataDir: values.data ?? process.env.DARKROOM_DATA,
      port: portOption(values.port),
    });
    const { DARKROOM_LISTEN, DARKROOM_ORIGIN, DARKROOM_PASSWORD } = process.env;
    const network = networkAccess({
      listen: values.listen ?? DARKROOM_LISTEN,
      origin: values.origin ?? DARKROOM_ORIGIN,
      password: DARKROOM_PASSWORD,
      hasLogin: config.auth !== undefined,
    });
    const progress = progressOn(process.stdout);
    const { inbox, contactSheet } = laptopFolders(config.dataDir);
    if (copySamples(inbox.directory)) {
      progress.print(`The sample photos are in ${fromHere(inbox.directory)}.`);
    }
    const laptop = new Laptop({ ...config, network }, progress, sampleNames());
    const stopped = stopOnSignal(laptop);
    await laptop.start();
    progress.print(`Darkroom is at ${laptop.origin}/`);
    const hasCaughtUp = await Promise.race([laptop.caughtUp().then(() => true), stopped.then(() => false)]);
    if (!hasCaughtUp) return 0;
    if (existsSync(contactSheet)) progress.print('', `Contact sheet: ${laptop.origin}/contact-sheet`);
    progress.print(`Watching ${fromHere(inbox.directory)}: drop images there. Ctrl-C stops.`);
    await stopped;
    return 0;
  },
};

/** @throws UsageError where it is no port */
function portOption(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new UsageError(`start --port: expected a number from 0 to 65535, received ${JSON.stringify(text)}`);
}

function sampleNames(): string[] {
  return readdirSync(SAMPLES).filter((file) => !file.endsWith('.md'));
}

/** Copies only into a new inbox: a user who emptied the inbox wants it empty. */
function copySamples(directory: string): boolean {
  if (existsSync(directory)) return false;
  mkdirSync(directory, { recursive: true });
  for (const name of sampleNames()) {
    cpSync(join(SAMPLES, name), join(directory, name));
  }
  return true;
}

/** Resolves once the first signal has stopped the laptop; a second signal exits at once. */
function stopOnSignal(laptop: Laptop): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const stop = () => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.off(signal, stop);
      process.on(signal, () => process.exit(INTERRUPTED));
    }
    console.log('\nStopping. Images in progress are finished first.');
    laptop.stop().then(resolve, reject);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  onBrokenPipe(() => laptop.stop().then(resolve, reject));
  return promise;
}

function fromHere(path: string): string {
  const relativePath = relative('', path);
  return relativePath.startsWith('..') ? path : relativePath;
}
