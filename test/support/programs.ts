import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { sharp } from '../../core/image/sharp-setup.ts';

const ROOT = join(import.meta.dirname, '..', '..');

export interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the `darkroom` command as its users do, in a process of its own. */
export function darkroom(args: string[], cwd: string, env = process.env): Promise<Ended> {
  return ended(startDarkroom(args, cwd, env));
}

/** Starts the `darkroom` command, for one that does not end by itself. */
export function startDarkroom(args: string[], cwd: string, env = process.env): ChildProcess {
  return spawn(process.execPath, [join(ROOT, 'cli', 'main.ts'), ...args], { cwd, env });
}

/** Starts what `npm start` runs, over that data folder. */
export function startLaptop(dataDir: string, args: string[] = []): ChildProcess {
  const command = [join(ROOT, 'cli', 'main.ts'), 'start', '--data', dataDir, '--port', '0', ...args];
  return spawn(process.execPath, command, { cwd: join(dataDir, '..') });
}

/** Returns when the program has printed the text. */
export function printed(program: ChildProcess, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const look = (chunk: Buffer) => {
      output += chunk;
      if (output.includes(text)) resolve(output);
    };
    program.stdout?.on('data', look);
    program.stderr?.on('data', look);
    program.once('close', (status) =>
      reject(new Error(`ended with ${status} before it printed ${text}:\n${output}`)),
    );
  });
}

export function ended(program: ChildProcess): Promise<Ended> {
  return new Promise((resolve) => {
    let [stdout, stderr] = ['', ''];
    program.stdout?.on('data', (chunk) => (stdout += chunk));
    program.stderr?.on('data', (chunk) => (stderr += chunk));
    program.once('close', (status) => resolve({ status, stdout, stderr }));
  });
}

/** A small photo-like JPEG; another serial number is another picture. */
export function smallJpeg(serial: number, widthPx = 96, heightPx = 64): Promise<Buffer> {
  const data = Buffer.alloc(widthPx * heightPx * 3);
  for (let y = 0, at = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      data[at++] = (x * 2 + serial * 7) % 256;
      data[at++] = (y * 3 + serial * 13) % 256;
      data[at++] = (x + y + serial) % 256;
    }
  }
  return sharp(data, { raw: { width: widthPx, height: heightPx, channels: 3 } })
    .jpeg()
    .toBuffer();
}
