import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

/** Whoever called the command gave it something that it does not take. */
class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Runs a command of the tests with the options that it was called with, or prints its usage. The exit status is what
 * `work` returns (0 when every law held, 1 when one was broken), and 2 for wrong usage or where it could not do its work.
 */
export async function runCommand<Options extends ParseArgsOptionsConfig>(
  usage: string,
  options: Options,
  work: (values: ReturnType<typeof parseArgs<{ options: Options }>>['values']) => Promise<number>,
): Promise<void> {
  if (process.argv.slice(2).includes('--help')) {
    console.log(usage);
    return;
  }
  try {
    process.exitCode = await work(parse(options));
  } catch (error) {
    console.error(error instanceof UsageError ? `${error.message}\n\n${usage}` : error);
    process.exitCode = 2;
  }
}

/** @throws UsageError where the text of the option is none, or is less than `least` */
export function wholeNumber(option: string, text: string, least = 1): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw new UsageError(`--${option}: expected a whole number from ${least}, received ${text}`);
}

/** @throws UsageError where the text of the option, if there is one, is none of the choices */
export function oneOf<Choice extends string>(
  option: string,
  text: string | undefined,
  choices: readonly Choice[],
): Choice | undefined {
  const choice = choices.find((each) => each === text);
  if (text !== undefined && choice === undefined) {
    throw new UsageError(`--${option}: expected one of ${choices.join(', ')}, received ${text}`);
  }
  return choice;
}

function parse<Options extends ParseArgsOptionsConfig>(options: Options) {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
