import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../run-command.ts';

export const REPOSITORY = join(import.meta.dirname, '..', '..', '..');

/** All that the check keeps; git ignores it. It may be deleted whenever no check is running. */
export const CACHE = join(REPOSITORY, '.cache', 'container');

/** Images and containers live in the cache, apart from those that the machine may have. */
const STORAGE_CONF = `[storage]
driver = "overlay"
graphroot = "${join(CACHE, 'storage')}"
runroot = "${join(CACHE, 'run')}"
`;

/** Works inside a container as well as on a machine: no systemd, no network of the engine's own. */
const CONTAINERS_CONF = `[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
netns = "host"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "none"
tmp_dir = "${join(CACHE, 'run', 'libpod')}"
[network]
network_backend = "netavark"
network_config_dir = "${join(CACHE, 'networks')}"
`;

const STORAGE_FILE = join(CACHE, 'storage.conf');
const CONTAINERS_FILE = join(CACHE, 'containers.conf');

/** What tells buildah and podman to work in the cache. */
export const ENGINE_ENVIRONMENT = {
  CONTAINERS_STORAGE_CONF: STORAGE_FILE,
  CONTAINERS_CONF: CONTAINERS_FILE,
  BUILDAH_ISOLATION: 'chroot',
};

/** Sets the engine up, and removes the containers that an earlier check has left. */
export async function prepareEngine(): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  await writeFile(STORAGE_FILE, STORAGE_CONF);
  await writeFile(CONTAINERS_FILE, CONTAINERS_CONF);
  await podman('rm', '--all', '--force', '--time=0');
}

/** @throws CommandError with the engine's own words */
export function podman(...args: string[]): Promise<string> {
  return run('podman', args, { env: ENGINE_ENVIRONMENT, cwd: CACHE });
}

/** @throws CommandError with the engine's own words */
export function buildah(...args: string[]): Promise<string> {
  return run('buildah', args, { env: ENGINE_ENVIRONMENT, cwd: REPOSITORY });
}
