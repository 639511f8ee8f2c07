import { spawnSync } from 'node:child_process';

/**
 * Runs a whole process to its end.
 *
 * @param env in addition to ours
 * @returns what it wrote to its standard output
 * @throws Error of one line when it fails
 */
export function runProcess(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): string {
  const { status, signal, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ended with ${status ?? signal}: ${reasonIn(stderr)}`);
  return stdout;
}

/** The first line of what a command says of itself; undefined where there is no such command. */
export function versionOf(command: string, args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 ? stdout.split('\n')[0]?.trim() : undefined;
}

const MAX_REASON_CHARACTERS = 300;

/** The line that names the error, or else the last one. Node prints the line of code too, which is a whole bundle. */
function reasonIn(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const reason =
    lines.find((line) => /^[\w.]*(Error|Exception)\b/.test(line)) ?? lines.at(-1) ?? 'it said nothing';
  return reason.trim().slice(0, MAX_REASON_CHARACTERS);
}
