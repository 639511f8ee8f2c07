import { TransientError } from '../../core/errors.ts';
import { AwsError, messageOf } from '../aws/error-messages.ts';
import { checkChoice, TARGET_HELP, TARGET_OPTIONS, type TargetOptions } from '../target.ts';
import { type Command, parseOptions, UsageError, wholeNumber } from '../usage.ts';
import { laptopStatus } from './laptop-status.ts';
import { deployedScreen, laptopScreen } from './screen.ts';
import { appendedOn, redrawnOn, watch } from './watch.ts';

const DEFAULT_EVERY_S = 5;

export const statusCommand: Command = {
  help: `Usage: darkroom status [--watch] [--every SECONDS] [--json] [options]

Shows the queues, and what failed last and why. For a deployment on AWS it also shows the stack, the alarms in state
ALARM, the functions, and the errors that they logged in the last hour. For a data folder it also shows whether npm start
is running, and the images that ended last.

Options:
  --watch          Repeat it until Ctrl-C; on a terminal, in place
  --every SECONDS  The interval of --watch (default: ${DEFAULT_EVERY_S})
  --json           Print one JSON object per line
${TARGET_HELP}

Exit status: 0 if the state could be read, whatever it is.`,

  async run(args) {
    const { values, positionals } = parseOptions(args, {
      watch: { type: 'boolean', default: false },
      every: { type: 'string', default: String(DEFAULT_EVERY_S) },
      json: { type: 'boolean', default: false },
      ...TARGET_OPTIONS,
    });
    if (positionals.length > 0)
      throw new UsageError(`status: expected no arguments, received ${positionals[0]}`);
    const everyMs = wholeNumber('status --every', values.every, { least: 1 }) * 1000;
    const { look, close } = await lookingAt(checkChoice(values), values.json);
    try {
      if (values.watch) await watchUntilInterrupted(look, everyMs, values.json);
      for (const line of await look()) console.log(line);
      return 0;
    } finally {
      close();
    }
  },
};

interface Looking {
  /** The lines of one report. */
  look(): Promise<readonly string[]>;
  close(): void;
}

async function lookingAt(choice: TargetOptions, json: boolean): Promise<Looking> {
  const width = () => (process.stdout.isTTY ? process.stdout.columns : undefined);
  if (choice.stack === undefined) {
    const { look, close } = laptopStatus(choice, console.error);
    const lines = async () => {
      const status = await look();
      return json ? [JSON.stringify(status)] : laptopScreen(status, width());
    };
    return { look: lines, close };
  }
  // Loads AWS's clients only here: that takes a while.
  const { deployedStatus } = await import('../aws/deployed-status.ts');
  const look = await deployedStatus(choice.stack);
  const lines = async () => {
    const status = await look();
    return json ? [JSON.stringify(status)] : deployedScreen(status, width());
  };
  return { look: lines, close() {} };
}

/** There is no work to finish, so Ctrl-C ends the process at once. */
async function watchUntilInterrupted(look: Looking['look'], everyMs: number, json: boolean): Promise<never> {
  const { stdout } = process;
  const painter = stdout.isTTY && !json ? redrawnOn(stdout) : appendedOn(stdout, console.error);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      painter.end();
      process.exit(0);
    });
  }
  try {
    return await watch(painter, everyMs, look, inWords);
  } finally {
    painter.end();
  }
}

function inWords(error: unknown): string | undefined {
  const isExpected = error instanceof AwsError || error instanceof TransientError;
  return isExpected ? error.message : messageOf(error);
}
