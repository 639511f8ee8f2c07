import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { podman } from '../../support/container/engine.ts';
import { IMAGE } from '../../support/container/image.ts';

/** The memory limit of a container: 1 GiB. */
const MEMORY_BYTES = 1024 ** 3;

/**
 * What enforces the limit: the kernel, with a control group; or, on machines without them, this check, which often reads
 * the memory of the container and kills it. The container may then exceed the limit for a moment.
 */
type Guard = 'cgroup' | 'watched';

/** What main.ts found out. */
export const guard: Guard = process.env.MEMORY_GUARD === 'cgroup' ? 'cgroup' : 'watched';

const LOOK_EVERY_MS = 10;
const PAGE_BYTES = 4096;
const NONE = '0';

/** The engine's flags for the limit. There is no swap, so a container over the limit is killed. */
export function memoryFlags(holder: Guard): string[] {
  return holder === 'cgroup' ? [`--memory=${MEMORY_BYTES}`, `--memory-swap=${MEMORY_BYTES}`] : [];
}

/** Finds out with a container that prints its memory limit. */
export async function findGuard(): Promise<Guard> {
  const script = 'console.log(process.constrainedMemory())';
  try {
    const limit = await podman(
      ...['run', '--rm', '--network=host', ...memoryFlags('cgroup')],
      ...['--entrypoint=node', IMAGE, '-e', script],
    );
    return Number(limit) === MEMORY_BYTES ? 'cgroup' : 'watched';
  } catch {
    return 'watched';
  }
}

/** How often the kernel killed a process for lack of memory. The engine does not say in which container. */
export async function outOfMemoryKills(): Promise<number> {
  const [, count] = /^oom_kill (\d+)$/m.exec(await readFile('/proc/vmstat', 'utf8')) ?? [];
  return Number(count);
}

/**
 * Kills a container that exceeds the limit.
 *
 * @param closed aborts when the container has ended
 * @returns whether it exceeded the limit
 */
export async function watchMemory(
  name: string,
  closed: AbortSignal,
  kill: () => Promise<void>,
): Promise<'exceeded' | 'kept'> {
  let pid = NONE;
  while (!closed.aborted) {
    if (pid === NONE) pid = await processOf(name);
    if (pid !== NONE && (await residentBytes(pid)) > MEMORY_BYTES) {
      await kill();
      return 'exceeded';
    }
    await pause(LOOK_EVERY_MS);
  }
  return 'kept';
}

/** The first process of the container, which is Node; `0` if it does not run yet or any more. */
async function processOf(name: string): Promise<string> {
  const pid = await podman('inspect', '--format={{.State.Pid}}', name).catch(() => NONE);
  return pid.trim();
}

async function residentBytes(pid: string): Promise<number> {
  const statm = await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '0 0');
  return Number(statm.split(' ')[1]) * PAGE_BYTES;
}
