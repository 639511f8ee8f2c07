import { join } from 'node:path';
import { DEFAULT_RECIPE_NAME } from '../core/recipe.ts';
import { FolderInUseError } from '../local/adapters/database.ts';
import { loadConfig } from '../local/config.ts';
import { type DataFolder, openDataFolder, openDataFolderBeside } from '../local/data-folder.ts';
import { laptopFolders } from '../local/folders.ts';

/** A data folder, and whether the Darkroom that `npm start` runs has it now. */
export interface LookedInto {
  folder: DataFolder;
  isRunning: boolean;
}

/**
 * Opens the data folder of `npm start`, also while that is running.
 *
 * @throws InvalidInputError where there is none
 */
export function lookInto(
  options: { path?: string | undefined; dataDir?: string | undefined },
  onTrouble: (sentence: string) => void,
): LookedInto {
  const config = loadConfig(options);
  const whole = {
    ...config,
    ...laptopFolders(config.dataDir),
    recipeName: DEFAULT_RECIPE_NAME,
    onTrouble: ({ sentence }: { sentence: string }) => onTrouble(sentence),
  };
  // Looks first, so that a mistyped folder is not made.
  openDataFolderBeside(whole).database.close();
  try {
    return { folder: openDataFolder(whole), isRunning: false };
  } catch (error) {
    if (!(error instanceof FolderInUseError)) throw error;
    return { folder: openDataFolderBeside(whole), isRunning: true };
  }
}

/** What `--data` and `--config` say in the help of a command. */
export const DATA_OPTIONS = `  --data DIR     The data folder of npm start (default: as the config file says, ${join('.', 'darkroom-data')})
  --config FILE  Read this config file (default: darkroom.config.json, where there is one)`;
