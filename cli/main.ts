import { readFileSync } from 'node:fs';
import { InvalidInputError, PermanentError, TransientError } from '../core/errors.ts';
import { AwsError, messageOf } from './aws/error-messages.ts';
import { watchForBrokenPipes } from './console/broken-pipe.ts';
import { printable } from './console/text.ts';
import { type Command, nearest, UsageError } from './usage.ts';

/** The commands. A module is loaded when its command is called: `process` loads sharp, which most others don't need. */
const COMMANDS: Record<string, { summary: string; load(): Promise<Command> }> = {
  start: {
    summary: 'Run the whole pipeline on this machine and watch the inbox folder',
    load: async () => (await import('./start/command.ts')).startCommand,
  },
  process: {
    summary: 'Run images through the whole pipeline',
    load: async () => (await import('./process/command.ts')).processCommand,
  },
  classify: {
    summary: 'Say what pictures show',
    load: async () => (await import('./classify/command.ts')).classifyCommand,
  },
  status: {
    summary: 'Show the state of the pipeline, here or on AWS',
    load: async () => (await import('./status/command.ts')).statusCommand,
  },
  failed: {
    summary: 'List what failed and why, and try it again',
    load: async () => (await import('./failed/command.ts')).failedCommand,
  },
  reconcile: {
    summary: 'Compare the source with the catalog, and ingest what is missing',
    load: async () => (await import('./reconcile/command.ts')).reconcileCommand,
  },
  users: {
    summary: 'Invite a user of a deployment on AWS',
    load: async () => (await import('./users/command.ts')).usersCommand,
  },
  recipes: {
    summary: 'List the recipes: what can be done to an image',
    load: async () => (await import('./recipes/command.ts')).recipesCommand,
  },
  cost: {
    summary: 'Calculate what a deployment costs',
    load: async () => (await import('./cost/command.ts')).costCommand,
  },
};

const HELP = `Usage: darkroom <command> [options]

Checks, resizes, enhances, rotates and measures images on this machine, and operates a deployment on AWS.

Commands:
${Object.entries(COMMANDS)
  .map(([name, { summary }]) => `  ${name.padEnd(11)} ${summary}`)
  .join('\n')}

Options:
  --help      Explain a command: darkroom <command> --help
  --version   Print the version

Through npm: npm run -s darkroom -- <command> [options]`;

/** @returns the exit status of the command */
async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    console.log(HELP);
    return name === undefined ? 2 : 0;
  }
  if (name === '--version') {
    console.log(version());
    return 0;
  }
  const command = await loadCommand(name);
  if (args.includes('--help') || args.includes('-h')) {
    console.log(command.help);
    return 0;
  }
  return command.run(args);
}

/** @throws UsageError where there is no such command */
async function loadCommand(name: string): Promise<Command> {
  if (Object.hasOwn(COMMANDS, name)) return (COMMANDS[name] as (typeof COMMANDS)[string]).load();
  const known = Object.keys(COMMANDS);
  const near = nearest(name, known);
  const hint = near ? `Did you mean ${near}?` : `Use one of: ${known.join(', ')}.`;
  throw new UsageError(`there is no command ${JSON.stringify(name)}. ${hint}`);
}

function version(): string {
  const path = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}

/** npm runs scripts in the folder of package.json, but the user's paths are relative to the folder of the call. */
function changeToFolderOfCall(): void {
  const { npm_lifecycle_event: script, INIT_CWD: from } = process.env;
  if ((script === 'darkroom' || script === 'start') && from !== undefined) process.chdir(from);
}

watchForBrokenPipes();
try {
  changeToFolderOfCall();
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
