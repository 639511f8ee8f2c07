import { type ParseArgsConfig, parseArgs } from 'node:util';

/** The command was used wrongly. The message is printed with a hint to the help; the exit status is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A command: its help, and what it does with its arguments. */
export interface Command {
  /** Everything that `--help` prints. */
  help: string;
  /** @returns the exit status */
  run(args: string[]): Promise<number>;
}

type Options = NonNullable<ParseArgsConfig['options']>;

/**
 * The options and positionals of a command.
 *
 * @throws UsageError naming the option that is wrong
 */
export function parseOptions<O extends Options>(args: string[], options: O) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (error) {
    // Node's first sentence names the mistake; the rest is advice on quoting, which seldom applies.
    throw new UsageError(error instanceof Error ? (error.message.split(/\.\s/)[0] ?? '') : String(error));
  }
}

/**
 * The whole number that an option gives.
 *
 * @throws UsageError with the option, what was expected and what was received
 */
export function wholeNumber(option: string, given: string, { least }: { least: number }): number {
  const value = Number(given);
  if (/^\d+$/.test(given) && Number.isSafeInteger(value) && value >= least) return value;
  throw new UsageError(`${option}: expected a whole number from ${least}, received ${JSON.stringify(given)}`);
}

/** The known name that is most similar to a mistyped one; undefined where none is similar. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best && best.distance <= Math.max(2, name.length / 3) ? best.candidate : undefined;
}

/** Insertions, deletions and replacements from one word to the other (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, replaced));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
