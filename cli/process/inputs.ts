import { realpath, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { Reason } from '../../core/errors.ts';
import { InboxFolder } from '../../local/adapters/inbox-folder.ts';
import { UsageError } from '../usage.ts';

/** The files of a command line, and the deepest folder that holds all that it names. */
export interface Inputs {
  root: string;
  inputs: Input[];
}

/** One file to process. */
export interface Input {
  /** As the user wrote it; below a folder, the folder as written and the path in it. */
  label: string;
  /** Absolute, symbolic links resolved. */
  path: string;
  /** Why it can't be read, where that is known already. */
  problem?: Reason;
}

/**
 * The files that the arguments name, in their order. For a folder, these are its regular files at any depth, sorted by
 * path, without hidden and temporary files and without what the command itself has written. A file or folder that can't
 * be read is an input with a problem.
 *
 * @param except absolute paths of files, and of folders with all that is in them
 * @throws UsageError naming an argument that is neither a file nor a folder
 */
export async function findInputs(args: readonly string[], except: readonly string[]): Promise<Inputs> {
  const inputs: Input[] = [];
  const folders: string[] = [];
  const ours = await Promise.all(except.map((path) => realpath(path).catch(() => path)));
  for (const arg of args) {
    const path = await realPathOf(arg);
    const stats = await stat(path);
    if (stats.isFile()) {
      inputs.push({ label: arg, path });
      folders.push(dirname(path));
    } else if (stats.isDirectory()) {
      inputs.push(...(await filesBelow(arg, path, ours)));
      folders.push(path);
    } else throw new UsageError(`process: expected a file or a folder, received ${arg}, which is neither`);
  }
  return { root: commonFolder(folders), inputs };
}

/** The deepest folder that holds all of these, or is one of them. */
function commonFolder(folders: readonly string[]): string {
  const [first = [], ...others] = folders.map((folder) => folder.split(sep));
  let length = first.length;
  for (const names of others) {
    while (first.slice(0, length).some((name, index) => names[index] !== name)) length--;
  }
  return first.slice(0, length).join(sep) || sep;
}

/** The key of a file below the root: its path with slashes. */
export function keyBelow(root: string, path: string): string {
  return relative(root, path).split(sep).join('/');
}

async function realPathOf(arg: string): Promise<string> {
  try {
    return await realpath(arg);
  } catch (error) {
    const hint = arg.includes('\uFFFD') ? '. Its name is not valid Unicode: rename it' : '';
    throw new UsageError(`process: there is no file or folder ${arg}${hint}`, { cause: error });
  }
}

async function filesBelow(label: string, directory: string, except: readonly string[]): Promise<Input[]> {
  const inputs: Input[] = [];
  const add = (key: string, problem?: Reason) => {
    const path = join(directory, key);
    if (except.some((ours) => path === ours || path.startsWith(ours + sep))) return;
    inputs.push({ label: join(label, key), path, ...(problem && { problem }) });
  };
  const folder = new InboxFolder(directory, () => ({}), add);
  for await (const key of folder.keys()) add(key);
  return inputs.sort((a, b) => (a.path < b.path ? -1 : 1));
}
