import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ENGINE_ENVIRONMENT, podman } from '../../../support/container/engine.ts';
import { CACHE, REGISTRY } from '../emulator.ts';

const FOLDER = join(CACHE, 'docker');
const REGISTRIES_FILE = join(FOLDER, 'registries.conf');
const LOG = join(FOLDER, 'service.log');
const START_MS = 10_000;

/** The emulator's certificate does not contain the name of the registry. */
const REGISTRIES_CONF = `[[registry]]
location = "${REGISTRY}"
insecure = true
`;

/** podman's default network: a bridge. */
const NETWORK = 'podman';

/** Environment variables that say where podman's images and registries are. */
export const DOCKER_ENVIRONMENT = {
  ...ENGINE_ENVIRONMENT,
  CONTAINERS_REGISTRIES_CONF: REGISTRIES_FILE,
  REGISTRY_AUTH_FILE: join(FOLDER, 'auth.json'),
};

interface DockerService {
  /** MiniStack's settings to run functions from container images, confined as far as MiniStack can. */
  environment: Record<string, string>;
  stop(): void;
}

/**
 * Starts podman's Docker-compatible API.
 *
 * @throws Error if it does not start
 */
export async function startDockerService(): Promise<DockerService> {
  await mkdir(FOLDER, { recursive: true });
  await writeFile(REGISTRIES_FILE, REGISTRIES_CONF);
  // The path of a socket may have at most 107 bytes, and the checkout's path may be long.
  const socket = `${process.env.OUTSIDE_NETWORK}.docker.sock`;
  const log = openSync(LOG, 'w');
  const service = spawn('podman', ['system', 'service', '--time=0', `unix://${socket}`], {
    env: { ...process.env, ...DOCKER_ENVIRONMENT },
    cwd: FOLDER,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const deadline = Date.now() + START_MS;
  while (!existsSync(socket)) {
    if (Date.now() > deadline) throw new Error('podman system service did not start');
    await sleep(50);
  }
  const format = '--format={{(index .Subnets 0).Gateway}}';
  const gateway = (await podman('network', 'inspect', format, NETWORK)).trim();
  const flags = [
    '--read-only',
    '--tmpfs=/tmp:rw,size=512m,mode=1777',
    '--security-opt=no-new-privileges',
    `--add-host=host.docker.internal:${gateway}`,
  ];
  const environment = {
    DOCKER_HOST: `unix://${socket}`,
    MINISTACK_DOCKER_TIMEOUT: '60',
    LAMBDA_DOCKER_NETWORK: NETWORK,
    LAMBDA_DOCKER_FLAGS: flags.join(' '),
  };
  return { environment, stop: () => void service.kill() };
}
