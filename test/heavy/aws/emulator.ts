import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import tls from 'node:tls';
import { installPythonTools } from '../../support/python-tools.ts';

export const REPOSITORY = join(import.meta.dirname, '..', '..', '..');

/** All that the check keeps; git ignores it. It may be deleted whenever no check is running. */
export const CACHE = join(REPOSITORY, '.cache', 'aws');

/** MiniStack, an emulator of AWS; boto3, whose models tell it which right a request needs; how it talks to Docker. */
const PACKAGES = ['ministack==1.5.33', 'boto3==1.43.106', 'docker==7.2.0'];

const PYTHON = join(CACHE, 'python');
const LOG = join(CACHE, 'ministack.log');

/** An access key of twelve digits is the root user of that account, as MiniStack has it; the numbers are AWS's examples. */
export const ACCOUNT = '111122223333';
export const REGION = 'eu-central-1';

/** The container registry of the account. */
export const REGISTRY = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;

const START_MS = 60_000;
const STOP_MS = 5_000;

export interface Emulator {
  stop(): Promise<void>;
}

/** Where the emulator listens, and what its environment has beside its own settings. */
interface EmulatorSettings {
  address?: string;
  port?: number;
  environment?: Record<string, string>;
}

/**
 * Installs MiniStack into a folder of its own, from where pip is set up to look.
 *
 * @throws CommandError where python3 with venv is missing, or the packages can't be had
 */
export async function installEmulator(): Promise<void> {
  await installPythonTools(PYTHON, PACKAGES, ['ministack', 'boto3']);
}

/**
 * Starts MiniStack, on a free port of the loopback interface unless told otherwise, with TLS and with the rights of
 * every role enforced, and turns this process to it: whoever asks for AWS from now on, here or in a child process, gets
 * the emulator.
 *
 * @throws Error where it does not start, or can be reached from outside
 */
export async function startEmulator({
  address = '127.0.0.1',
  port: wantedPort,
  environment = {},
}: EmulatorSettings = {}): Promise<Emulator> {
  // Functions are unpacked here: below the repository they would find its packages where their own are missing.
  const temporary = await mkdtemp(join(tmpdir(), 'darkroom-aws-'));
  const port = wantedPort ?? (await freePort());
  const server = spawnServer(`${address}:${port}`, {
    TMPDIR: temporary,
    GATEWAY_PORT: String(port),
    ...environment,
  });
  const clear = () => {
    if (server.pid !== undefined) signal(server.pid, 'SIGKILL');
    rmSync(temporary, { recursive: true, force: true });
  };
  // However this process ends, nothing of the emulator outlives it.
  process.once('exit', clear);
  const stop = async () => {
    await endGroup(server);
    clear();
    process.off('exit', clear);
  };
  try {
    await isListening(server, port);
    await expectLoopbackOnly(port);
    // MiniStack makes a certificate of its own.
    await turnTo(`https://127.0.0.1:${port}`, join(temporary, 'ministack-tls', 'server.crt'));
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
}

/** The end of what the emulator has logged, the output of the functions included. */
export function endOfLog(lines: number): string {
  return readFileSync(LOG, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
}

/**
 * In a process group of its own, so that its end is the end of the functions that it has started, too. It inherits
 * nothing of our environment, as the functions inherit all of its own.
 */
function spawnServer(bind: string, environment: Record<string, string>): ChildProcess {
  const log = openSync(LOG, 'w');
  const server = spawn(
    join(PYTHON, 'bin', 'python'),
    // The `ministack` command would open port 443 as well.
    ['-m', 'hypercorn', 'ministack_app:app', '--workers', '0', '--bind', bind].concat([
      '--config',
      'python:ministack.core.hypercorn_conf',
      '--keep-alive',
      '75',
    ]),
    {
      cwd: CACHE,
      detached: true,
      stdio: ['ignore', log, log],
      env: {
        PYTHONPATH: import.meta.dirname,
        PYTHONDONTWRITEBYTECODE: '1',
        // The functions run on the Node that runs this check.
        PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
        HOME: CACHE,
        BIND_HOST: '127.0.0.1',
        MINISTACK_HOST: '127.0.0.1',
        MINISTACK_REGION: REGION,
        // Roles may do what their policies say and no more; signatures and sessions are checked.
        AUTH: 'true',
        AWS_ACCESS_KEY_ID: ACCOUNT,
        AWS_SECRET_ACCESS_KEY: 'test',
        // The buckets refuse what comes without TLS.
        USE_SSL: '1',
        // Servers beside the one that we use, which would listen on every interface.
        IOT_MTLS_ENABLED: '0',
        SFTP_ENABLED: '0',
        // It looks for containers of its own to end them; ours are none of its business.
        DOCKER_HOST: 'unix:///nonexistent',
        ...environment,
      },
    },
  );
  closeSync(log);
  return server;
}

async function isListening(server: ChildProcess, port: number): Promise<void> {
  const deadline = Date.now() + START_MS;
  while (server.exitCode === null && server.signalCode === null && Date.now() < deadline) {
    if (await accepts('127.0.0.1', port)) return;
    await sleep(100);
  }
  throw new Error(`MiniStack did not start:\n${endOfLog(25)}`);
}

async function expectLoopbackOnly(port: number): Promise<void> {
  const addresses = Object.values(networkInterfaces()).flatMap((interfaces = []) => interfaces);
  for (const { address, internal, scopeid } of addresses) {
    const host = scopeid ? `${address}%${scopeid}` : address;
    if (!internal && (await accepts(host, port))) {
      throw new Error(`expected MiniStack on the loopback interface alone; it answers on ${address}, too`);
    }
  }
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1_000 });
    const answer = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
    socket.once('timeout', () => answer(false));
  });
}

/** No profile, session or endpoint of whoever runs the check stays: nothing can reach the real AWS. */
async function turnTo(endpoint: string, certificateFile: string): Promise<void> {
  for (const name of Object.keys(process.env)) if (/^(AWS|CDK)_/.test(name)) delete process.env[name];
  const certificate = readFileSync(certificateFile, 'utf8');
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), certificate]);
  const { NODE_EXTRA_CA_CERTS, NO_PROXY, no_proxy } = process.env;
  // The child processes trust whom we trust: npm, for one, may go through a proxy with a certificate of its own.
  const trusted = join(CACHE, 'trusted.pem');
  const ours = NODE_EXTRA_CA_CERTS ? `${readFileSync(NODE_EXTRA_CA_CERTS, 'utf8')}\n` : '';
  await writeFile(trusted, ours + certificate);
  const noProxy = [NO_PROXY ?? no_proxy, '127.0.0.1'].filter(Boolean).join(',');
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: ACCOUNT,
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: REGION,
    AWS_CONFIG_FILE: join(CACHE, 'no-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(CACHE, 'no-credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CA_BUNDLE: certificateFile,
    NODE_EXTRA_CA_CERTS: trusted,
    NO_PROXY: noProxy,
    no_proxy: noProxy,
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Asks the emulator and all that it has started to end, and waits for it, though not for long. */
async function endGroup({ pid }: ChildProcess): Promise<void> {
  const deadline = Date.now() + STOP_MS;
  if (pid === undefined || !signal(pid, 'SIGTERM')) return;
  while (Date.now() < deadline && signal(pid, 0)) await sleep(100);
}

/** @returns whether anything was left of the group */
function signal(group: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, name);
  } catch {
    return false;
  }
}
