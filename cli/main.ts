import { readFileSync } from 'node:fs';
import { InvalidInputError, PermanentError, TransientError } from '../core/errors.ts';
import { AwsError, messageOf } from './aws/error-messages.ts';
import { printable } from './console/text.ts';
import { costCommand } from './cost/command.ts';
import { failedCommand } from './failed/command.ts';
import { processCommand } from './process/command.ts';
import { recipesCommand } from './recipes/command.ts';
import { reconcileCommand } from './reconcile/command.ts';
import { startCommand } from './start/command.ts';
import { statusCommand } from './status/command.ts';
import { nearest, UsageError } from './usage.ts';

const COMMANDS = [
  startCommand,
  processCommand,
  statusCommand,
  failedCommand,
  reconcileCommand,
  recipesCommand,
  costCommand,
];

const HELP = `Usage: darkroom <command> [options]

Checks, resizes, enhances, rotates and measures images on this machine, and looks after a deployment on AWS.

Commands:
${COMMANDS.map(({ name, summary }) => `  ${name.padEnd(11)} ${summary}`).join('\n')}

Options:
  --help      Explain a command: darkroom <command> --help
  --version   Print the version

Through npm: npm run -s darkroom -- <command> [options]`;

/** @returns the exit status: the command's own, 2 for wrong usage, 1 for what could not be done */
async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    console.log(HELP);
    return name === undefined ? 2 : 0;
  }
  if (name === '--version') {
    console.log(version());
    return 0;
  }
  const command = COMMANDS.find((known) => known.name === name);
  if (!command) throw unknownCommand(name);
  if (args.includes('--help') || args.includes('-h')) {
    console.log(command.help);
    return 0;
  }
  return command.run(args);
}

function unknownCommand(name: string): UsageError {
  const known = COMMANDS.map((command) => command.name);
  const near = nearest(name, known);
  const hint = near ? `Did you mean ${near}?` : `Use one of: ${known.join(', ')}.`;
  return new UsageError(`there is no command ${JSON.stringify(name)}. ${hint}`);
}

function version(): string {
  const path = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}

/** npm runs a script in the folder of its package.json; paths are meant from where the user stands. */
function standWhereNpmWasCalled(): void {
  const { npm_lifecycle_event: script, INIT_CWD: from } = process.env;
  if ((script === 'darkroom' || script === 'start') && from !== undefined) process.chdir(from);
}

try {
  standWhereNpmWasCalled();
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isUsage = error instanceof UsageError || error instanceof InvalidInputError;
  const isExpected =
    isUsage ||
    error instanceof TransientError ||
    error instanceof PermanentError ||
    error instanceof AwsError;
  const message = isExpected ? error.message : messageOf(error);
  console.error(message === undefined ? error : `darkroom: ${printable(message)}`);
  if (error instanceof UsageError) console.error('Try: darkroom --help');
  process.exitCode = isUsage ? 2 : 1;
}
