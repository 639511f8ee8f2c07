import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

/** Starts Darkroom over an empty folder. @returns the address of its API, and how to stop it */
export async function startDarkroom(dataDir: string): Promise<{ baseUrl: string; stop(): Promise<void> }> {
  await mkdir(join(dataDir, 'inbox'), { recursive: true });
  const args = [join(ROOT, 'cli', 'main.ts'), 'start', '--data', dataDir, '--port', '0'];
  const program = spawn(process.execPath, args, { cwd: dataDir, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => program.once('close', () => resolve()));
  const origin = await new Promise<string>((resolve, reject) => {
    let printed = '';
    program.stdout.on('data', (chunk) => {
      printed += chunk;
      const [, address] = /Darkroom is at (\S+)\/\n/.exec(printed) ?? [];
      if (address !== undefined) resolve(address);
    });
    program.once('close', (status) => reject(new Error(`darkroom start ended with ${status}: ${printed}`)));
  });
  return {
    baseUrl: `${origin}/api/v1`,
    async stop() {
      program.kill('SIGINT');
      await ended;
    },
  };
}
