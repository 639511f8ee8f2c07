import type { Ports } from '../core/ports.ts';
import { DEFAULT_RECIPE_NAME } from '../core/recipe.ts';
import { FolderInUseError } from '../local/adapters/database.ts';
import { loadConfig } from '../local/config.ts';
import { attachToDataFolder, type DataFolder, laptopFolders, openDataFolder } from '../local/data-folder.ts';
import { UsageError } from './usage.ts';

/** What a command works on: the data folder of `npm start`, or a deployment on AWS. */
export interface Target {
  ports: Ports;
  isOnAws: boolean;
  /** Whether workers receive messages now: always on AWS, on a laptop while `npm start` runs. */
  hasWorkers: boolean;
  close(): void;
}

/** The options that name a target, for `parseOptions`. */
export const TARGET_OPTIONS = {
  stack: { type: 'string' },
  data: { type: 'string' },
  config: { type: 'string' },
} as const;

export interface TargetOptions {
  stack?: string | undefined;
  data?: string | undefined;
  config?: string | undefined;
}

/** The options in the help of a command. */
export const TARGET_HELP = `  --stack NAME   A deployment on AWS by its stack, such as Darkroom-dev; region and credentials as for the AWS CLI
  --data DIR     The data folder of npm start (default: darkroom-data, or the config file's dataDir)
  --config FILE  Read this config file (default: darkroom.config.json, if it exists)`;

/**
 * Opens the target. A data folder can be opened while `npm start` runs.
 *
 * @throws UsageError where both are named
 * @throws InvalidInputError where there is no such target
 */
export async function openTarget(choice: TargetOptions, onError: (message: string) => void): Promise<Target> {
  const { stack } = checkChoice(choice);
  if (stack !== undefined) return openDeployment(stack);
  const options = dataFolderOptions(choice, onError);
  // Attaches first, so that a mistyped folder is not made.
  attachToDataFolder(options).database.close();
  const { folder, hasWorkers } = openFolder(options);
  return { ports: folder.ports, isOnAws: false, hasWorkers, close: () => folder.database.close() };
}

/** @throws UsageError where a stack and a folder are named */
export function checkChoice(choice: TargetOptions): TargetOptions {
  const other = choice.data === undefined ? 'config' : 'data';
  if (choice.stack !== undefined && choice[other] !== undefined) {
    throw new UsageError(`expected either --stack or --${other}: one is on AWS, the other on this machine`);
  }
  return choice;
}

/** The options for opening a data folder, from the command line and the config file. */
export function dataFolderOptions({ data, config }: TargetOptions, onError: (message: string) => void) {
  const loaded = loadConfig({ path: config, dataDir: data });
  return {
    ...loaded,
    ...laptopFolders(loaded.dataDir),
    recipeName: DEFAULT_RECIPE_NAME,
    onError: ({ message }: { message: string }) => onError(message),
  };
}

/** Loads AWS's clients only here: that takes longer than most commands run. */
async function openDeployment(stack: string): Promise<Target> {
  const [{ openClients }, { deployedPorts, findDeployment }] = await Promise.all([
    import('./aws/clients.ts'),
    import('./aws/deployment.ts'),
  ]);
  const ports = deployedPorts(await findDeployment(await openClients(), stack));
  return { ports, isOnAws: true, hasWorkers: true, close() {} };
}

function openFolder(options: Parameters<typeof openDataFolder>[0]): {
  folder: DataFolder;
  hasWorkers: boolean;
} {
  try {
    return { folder: openDataFolder(options), hasWorkers: false };
  } catch (error) {
    if (!(error instanceof FolderInUseError)) throw error;
    return { folder: attachToDataFolder(options), hasWorkers: true };
  }
}
