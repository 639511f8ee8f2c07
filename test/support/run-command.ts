import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

interface CommandSettings {
  cwd?: string;
  env?: Record<string, string>;
}

/** A command that failed: which, how, and the end of what it said. */
class CommandError extends Error {
  override readonly name = 'CommandError';
}

/**
 * Runs a command to its end, in our environment with additions.
 *
 * @returns what it wrote to its standard output
 * @throws CommandError where it can't be started or does not succeed
 */
export async function run(
  command: string,
  args: readonly string[],
  { cwd, env }: CommandSettings = {},
): Promise<string> {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | string | null>((resolve) => {
    child.once('error', ({ message }) => resolve(message));
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
  const [how, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (how === 0) return stdout;
  const said = `${stdout}\n${stderr}`.trim().split('\n').slice(-25).join('\n');
  throw new CommandError(`${command} ${args.join(' ')} ended with ${how}:\n${said}`);
}

/** Whether the command succeeds. */
export async function succeeds(...command: Parameters<typeof run>): Promise<boolean> {
  try {
    await run(...command);
    return true;
  } catch (error) {
    if (error instanceof CommandError) return false;
    throw error;
  }
}
