import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import sharp from 'sharp';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/*
 * Runs the session of docs/api.md as its reader would: against `darkroom start`, with the shell and curl of this machine.
 *
 *   npm run test:session
 */
const REPOSITORY = join(import.meta.dirname, '..', '..', '..');
const SESSION_TIMEOUT_MS = 60_000;

const page = readFileSync(join(REPOSITORY, 'docs', 'api.md'), 'utf8');
const session = /```sh\n([\s\S]*?)```/.exec(page)?.[1];
if (session === undefined) throw new Error('docs/api.md: expected a block of shell commands');

using folder = temporaryFolder();
const here = join(folder.path, 'here');
mkdirSync(here);
symlinkSync(join(REPOSITORY, 'samples'), join(here, 'samples'));
const server = spawn(
  process.execPath,
  ['cli/main.ts', 'start', '--data', join(folder.path, 'data'), '--port', '0'],
  { cwd: REPOSITORY, stdio: ['ignore', 'pipe', 'inherit'] },
);
try {
  const env = { ...process.env, API: `${await addressOf(server.stdout)}api/v1` };
  const options = { cwd: here, env, timeout: SESSION_TIMEOUT_MS, stdio: 'inherit' } as const;
  const { status, error } = spawnSync('sh', ['-eu', '-c', session], options);
  if (error || status !== 0)
    throw new Error(`the session ended with ${error?.message ?? `exit code ${status}`}`);
  const { format, width, height } = await sharp(join(here, 'coffee_processed.jpg')).metadata();
  if (format !== 'jpeg' || width !== 256 || height !== 256) {
    throw new Error(`expected a JPEG of 256×256 px, received ${format} of ${width}×${height}`);
  }
  console.log('The session of docs/api.md works: from a form to the processed picture.');
} finally {
  server.kill('SIGINT');
  await once(server, 'exit');
}

/** Waits for the line that names the address. */
async function addressOf(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface(output)) {
    const [address] = /http:\/\/127\.0\.0\.1:\d+\//.exec(line) ?? [];
    if (address !== undefined) {
      output.resume();
      return address;
    }
  }
  throw new Error('darkroom start ended before it named its address');
}
