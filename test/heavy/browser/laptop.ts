import type { ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { printed, startLaptop } from '../../support/programs.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** A pipeline of its own, as `npm start` runs it. */
export interface RunningLaptop {
  origin: string;
  dataDir: string;
  /** Ends the process at once, as a crash does. */
  kill(): Promise<void>;
  /** Starts it again, at the same address. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** @param inbox the files that it starts with; without them, it starts with the samples */
export async function openLaptop(
  options: { inbox?: Readonly<Record<string, Uint8Array>>; config?: object } = {},
): Promise<RunningLaptop> {
  const folder = temporaryFolder();
  const dataDir = join(folder.path, 'data');
  if (options.inbox !== undefined) {
    mkdirSync(join(dataDir, 'inbox'), { recursive: true });
    for (const [name, bytes] of Object.entries(options.inbox)) {
      writeFileSync(join(dataDir, 'inbox', name), bytes);
    }
  }
  const config = join(folder.path, 'darkroom.config.json');
  writeFileSync(config, JSON.stringify(options.config ?? {}));
  let program = startLaptop(dataDir, ['--config', config]);
  const origin = await originOf(program);
  const kill = () => end(program);
  return {
    origin,
    dataDir,
    kill,
    async restart() {
      program = startLaptop(dataDir, ['--config', config, '--port', new URL(origin).port]);
      await printed(program, 'Watching');
    },
    async close() {
      await kill();
      folder[Symbol.dispose]();
    },
  };
}

async function originOf(program: ChildProcess): Promise<string> {
  const output = await printed(program, 'Watching');
  const [, origin] = /Darkroom is at (http:\/\/\S+)\//.exec(output) ?? [];
  if (origin === undefined) throw new Error(`expected an address, received ${output}`);
  return origin;
}

async function end(program: ChildProcess): Promise<void> {
  if (program.exitCode !== null || program.signalCode !== null) return;
  const closed = new Promise((resolve) => program.once('close', resolve));
  program.kill('SIGKILL');
  await closed;
}
