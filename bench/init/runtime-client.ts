import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startRuntimeApi } from '../../test/heavy/container/runtime-api.ts';
import { run } from '../../test/support/run-command.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');
/** What the stand-in for Lambda's base image is made of: the runtime client, and Lambda's Node. */
const PACKAGES = join(REPOSITORY, 'test', 'support', 'container', 'base');
const FOLDER = join(REPOSITORY, '.cache', 'runtime-client');
const MODULES = join(FOLDER, 'node_modules');
const NODE_PACKAGE = `node-linux-${process.arch}`;

/** Linux counts the CPU time of a process in these; `getconf CLK_TCK` says so on every machine that Node runs on. */
const TICK_MS = 10;
/** Where `utime` and `stime` are behind the name of the process, which ends with the last parenthesis. */
const [UTIME, STIME] = [11, 12];

/** Installs the runtime client of AWS, which is compiled, and Node, once. */
export async function installRuntimeClient(): Promise<void> {
  if (existsSync(join(MODULES, 'aws-lambda-ric', 'rapid-client.node'))) return;
  await mkdir(FOLDER, { recursive: true });
  for (const name of ['package.json', 'package-lock.json'])
    await cp(join(PACKAGES, name), join(FOLDER, name));
  const env = { npm_config_nodedir: join(MODULES, NODE_PACKAGE) };
  await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: FOLDER, env });
}

/**
 * Milliseconds of CPU time, on all threads and in the kernel, from the start of the process until the function asks for its
 * first event. Lambda calls that the init phase.
 *
 * @param folder holds the bundle `<handler>.mjs`
 * @throws FunctionError as the function reports it
 */
export async function initCpuMs(
  folder: string,
  handler: string,
  env: Record<string, string>,
): Promise<number> {
  const api = await startRuntimeApi();
  const program = spawn(
    join(MODULES, NODE_PACKAGE, 'bin', 'node'),
    [join(MODULES, 'aws-lambda-ric', 'index.mjs')],
    {
      env: {
        ...env,
        _HANDLER: `${handler}.handler`,
        LAMBDA_TASK_ROOT: folder,
        AWS_LAMBDA_RUNTIME_API: api.address,
      },
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const ended = new Promise<never>((_, reject) => {
    program.once('error', reject);
    program.once('exit', (code) =>
      reject(new Error(`the function ended with ${code} before its first event`)),
    );
  });
  try {
    await Promise.race([api.ready, ended]);
    return await cpuMsOf(program.pid ?? 0);
  } finally {
    ended.catch(() => {});
    program.kill('SIGKILL');
    await api.close();
  }
}

/** @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
async function cpuMsOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[UTIME]) + Number(fields[STIME])) * TICK_MS;
}
