import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';

const SCRIPT = new URL('python_peers.py', import.meta.url).pathname;

/** Debian's packages belong to Debian's Python, whichever comes first in the path. */
const COMMANDS = ['python3', '/usr/bin/python3'];

/** A Python with all that python_peers.py needs; undefined where there is none. */
export function findPython(): string | undefined {
  return COMMANDS.find((command) => spawnSync(command, [SCRIPT, 'versions']).status === 0);
}

/** The arguments for one piece of work as a process of its own. */
export function pythonArguments(work: string, path: string): string[] {
  return [SCRIPT, work, path];
}

/** A Python that stays, with everything imported. */
export interface WarmPython {
  /** Milliseconds inside Python, and what came of it. */
  run(work: string, ...args: (string | number)[]): Promise<{ ms: number; result: unknown }>;
  stop(): void;
}

export function startPython(command: string): WarmPython {
  const child: ChildProcess = spawn(command, [SCRIPT, 'serve'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error(`${command} has no pipes`);
  const answers = createInterface({ input: stdout })[Symbol.asyncIterator]();
  return {
    async run(work, ...args) {
      stdin.write(`${JSON.stringify({ work, args })}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error(`${command} stopped at ${work}`);
      return JSON.parse(value);
    },
    stop: () => stdin.end(),
  };
}
