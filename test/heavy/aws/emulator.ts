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

/** Everything that the check keeps. Git ignores it. It may be deleted while no check is running. */
export const CACHE = join(REPOSITORY, '.cache', 'aws');

/** MiniStack, an emulator of AWS; boto3, whose models say which permission a request needs; its client for Docker; its signatures of tokens. */
const PACKAGES = ['ministack==1.5.33', 'boto3==1.43.106', 'docker==7.2.0', 'cryptography==50.0.2'];

const PYTHON = join(CACHE, 'python');
const LOG = join(CACHE, 'ministack.log');

/** To MiniStack, an access key of twelve digits is the root user of that account. The numbers are AWS's examples. */
export const ACCOUNT = '111122223333';
export const REGION = 'eu-central-1';

/** The container registry of the account. */
export const REGISTRY = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;

const START_MS = 60_000;
const STOP_MS = 5_000;

export interface Emulator {
  stop(): Promise<void>;
}

/** The address of the emulator, and further environment variables for it. */
interface EmulatorSettings {
  address?: string;
  port?: number;
  environment?: Record<string, string>;
}

/**
 * Installs MiniStack into a separate folder, from pip's configured index.
 *
 * @throws CommandError if python3 with venv is missing, or if the packages cannot be installed
 */
export async function installEmulator(): Promise<void> {
  await installPythonTools(PYTHON, PACKAGES, ['ministack', 'boto3']);
}

/**
 * Starts MiniStack, by default on a free port of the loopback interface, with TLS and with enforced permissions. From
 * then on, every request to AWS from this process and its children goes to the emulator.
 *
 * @throws Error if it does not start, or if it can be reached from outside
 */
export async function startEmulator({
  address = '127.0.0.1',
  port: wantedPort,
  environment = {},
}: EmulatorSettings = {}): Promise<Emulator> {
  // MiniStack unpacks functions here. Below the repository they would find its packages if their own were missing.
  const temporary = await mkdtemp(join(tmpdir(), 'darkroom-aws-'));
  // MiniStack makes its own certificate.
  const certificate = join(temporary, 'ministack-tls', 'server.crt');
  const port = wantedPort ?? (await freePort());
  const server = spawnServer(`${address}:${port}`, {
    TMPDIR: temporary,
    // Functions in Python answer CloudFormation over TLS.
    SSL_CERT_FILE: certificate,
    GATEWAY_PORT: String(port),
    ...environment,
  });
  const clear = () => {
    if (server.pid !== undefined) signal(server.pid, 'SIGKILL');
    rmSync(temporary, { recursive: true, force: true });
  };
  // The emulator ends with this process, however that ends.
  process.once('exit', clear);
  const stop = async () => {
    await endGroup(server);
    clear();
    process.off('exit', clear);
  };
  try {
    await isListening(server, port);
    await expectLoopbackOnly(port);
    await turnTo(`https://127.0.0.1:${port}`, certificate);
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
}

/** The end of the emulator's log, including the output of the functions. */
export function endOfLog(lines: number): string {
  return readFileSync(LOG, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
}

/**
 * Starts the server in its own process group, so that the functions that it has started end with it. It inherits nothing
 * of our environment, because the functions inherit all of its own.
 */
function spawnServer(bind: string, environment: Record<string, string>): ChildProcess {
  const log = openSync(LOG, 'w');
  const server = spawn(
    join(PYTHON, 'bin', 'python'),
    // The `ministack` command would also open port 443.
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
        // The functions run on the Node of this check.
        PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
        HOME: CACHE,
        BIND_HOST: '127.0.0.1',
        MINISTACK_HOST: '127.0.0.1',
        MINISTACK_REGION: REGION,
        // Where logins, which no signature names an account for, look for their user pool.
        MINISTACK_ACCOUNT_ID: ACCOUNT,
        // Roles may do only what their policies allow. Signatures and sessions are checked.
        AUTH: 'true',
        AWS_ACCESS_KEY_ID: ACCOUNT,
        AWS_SECRET_ACCESS_KEY: 'test',
        // The buckets refuse requests without TLS.
        USE_SSL: '1',
        // Further servers, which would listen on every interface.
        IOT_MTLS_ENABLED: '0',
        SFTP_ENABLED: '0',
        // It would look for its own containers to end them, and must not touch ours.
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
      throw new Error(`expected MiniStack only on the loopback interface, but it also answers on ${address}`);
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

/** Removes profiles, sessions and endpoints of the caller, so that nothing can reach the real AWS. */
async function turnTo(endpoint: string, certificateFile: string): Promise<void> {
  for (const name of Object.keys(process.env)) if (/^(AWS|CDK)_/.test(name)) delete process.env[name];
  const certificate = readFileSync(certificateFile, 'utf8');
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), certificate]);
  const { NODE_EXTRA_CA_CERTS, NO_PROXY, no_proxy } = process.env;
  // Child processes trust the same certificates: npm may go through a proxy with its own certificate.
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

/** Asks the emulator and its child processes to end, and waits for a short time. */
async function endGroup({ pid }: ChildProcess): Promise<void> {
  const deadline = Date.now() + STOP_MS;
  if (pid === undefined || !signal(pid, 'SIGTERM')) return;
  while (Date.now() < deadline && signal(pid, 0)) await sleep(100);
}

/** @returns whether a process of the group was left */
function signal(group: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, name);
  } catch {
    return false;
  }
}
