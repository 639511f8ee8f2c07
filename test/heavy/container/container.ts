import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { CACHE, ENGINE_ENVIRONMENT, podman } from '../../support/container/engine.ts';
import { IMAGE } from '../../support/container/image.ts';
import { guard, memoryFlags, outOfMemoryKills, watchMemory } from './memory.ts';

/**
 * Confinement as on Lambda, or stricter: the same user, only /tmp writable, no capabilities, and the network of the
 * caller, in which there are only our servers.
 */
export const CONFINEMENT = [
  '--network=host',
  '--http-proxy=false',
  '--read-only',
  '--read-only-tmpfs=false',
  '--tmpfs=/tmp:rw,size=512m,mode=1777',
  '--cap-drop=all',
  '--security-opt=no-new-privileges',
  '--ipc=none',
  '--user=993:990',
  '--pids-limit=1024',
  '--log-driver=none',
];

/** Exit codes of the engine itself. */
const NOT_CREATED = 125;
const NOT_STARTED = 126;

/** 128 plus SIGKILL, which no process can catch. */
const KILLED = 137;

/** How a container ended. */
export interface Ending {
  exitCode: number;
  /** It was killed because it used too much memory. */
  outOfMemory: boolean;
}

export interface Container {
  ended: Promise<Ending>;
  /** Its output so far. */
  output(): string;
  /** Kills it if it still runs, and waits for its end. */
  kill(): Promise<void>;
}

/** Starts the image, confined; the memory limit is in force. */
export async function startContainer(
  command: readonly string[],
  env: Record<string, string>,
  { image = IMAGE, confinement = CONFINEMENT }: { image?: string; confinement?: readonly string[] } = {},
): Promise<Container> {
  const name = `darkroom-${randomUUID()}`;
  const variables = Object.entries(env).map(([key, value]) => `--env=${key}=${value}`);
  const flags = [`--name=${name}`, '--rm', ...confinement, ...memoryFlags(guard), ...variables];
  const killsBefore = await outOfMemoryKills();
  const engine = spawn('podman', ['run', ...flags, image, ...command], {
    env: { ...process.env, ...ENGINE_ENVIRONMENT },
    // The engine leaves a note in the working directory if a container runs out of memory.
    cwd: CACHE,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let written = '';
  for (const stream of [engine.stdout, engine.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      written += text;
    });
  }
  const kill = async () => {
    await podman('kill', name).catch(() => 'it has ended by itself');
  };
  const closed = new AbortController();
  const watch = guard === 'watched' ? watchMemory(name, closed.signal, kill) : undefined;

  async function ending(): Promise<Ending> {
    const exitCode = await new Promise<number>((resolve) => {
      engine.once('close', (code) => resolve(code ?? -1));
    });
    closed.abort();
    if (exitCode === NOT_CREATED || exitCode === NOT_STARTED) throw new Error(`no container: ${written}`);
    const killedByKernel = exitCode === KILLED && (await outOfMemoryKills()) > killsBefore;
    return { exitCode, outOfMemory: guard === 'cgroup' ? killedByKernel : (await watch) === 'exceeded' };
  }
  const ended = ending();

  return {
    ended,
    output: () => written,
    async kill() {
      await kill();
      await ended;
    },
  };
}
