import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A network, a list of hosts and a process table of its own. The network outside stays within reach of those who ask
 * for it by its file. The shell waits, and so takes up whatever processes are left orphaned.
 */
const SETUP = `
set -e
touch "$OUTSIDE_NETWORK"
mount --bind /proc/self/ns/net "$OUTSIDE_NETWORK"
mount --bind "$HOSTS_FILE" /etc/hosts
exec unshare --net --pid --fork --kill-child --mount-proc sh -c 'ip link set lo up && "$0" "$@"; exit $?' "$@"
`;

/**
 * Runs a program of ours in a network of its own, which has nothing but a loopback interface. Whatever the program has
 * started ends with it, or with this process.
 *
 * @param hosts names that mean the loopback interface there
 * @throws Error where the program does not succeed; it has printed why
 */
export async function runInOwnNetwork(
  program: string,
  hosts: readonly string[],
  env: Record<string, string>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'darkroom-network-'));
  const [HOSTS_FILE, OUTSIDE_NETWORK] = [join(folder, 'hosts'), join(folder, 'outside')];
  await writeFile(HOSTS_FILE, `127.0.0.1 ${['localhost', ...hosts].join(' ')}\n`);
  const child = spawn('unshare', ['--mount', 'sh', '-c', SETUP, 'sh', process.execPath, program], {
    stdio: 'inherit',
    env: { ...process.env, ...env, HOSTS_FILE, OUTSIDE_NETWORK },
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  try {
    const code = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (code !== 0) throw new Error(`${program} ended with ${code}`);
  } finally {
    process.off('exit', kill);
    await rm(folder, { recursive: true, force: true });
  }
}
