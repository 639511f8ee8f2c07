import { opendir, realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { type Reason, reasonOf } from '../../core/errors.ts';
import { expectFolder, isNoSuchFile } from './file-content.ts';
import { type Folder, removeFile } from './folder.ts';
import { storageError } from './storage-errors.ts';

/** The code of a file that nobody can open by its name. */
export const UNREADABLE_NAME = 'UNREADABLE_NAME';

/**
 * Called with a file or folder that has to be left out, and why.
 *
 * @param key relative to the folder, with slashes; a folder's ends in one, and `''` is the folder itself
 */
export type OnSkipped = (key: string, reason: Reason) => void;

/** Names of files that browsers, editors and copy programs are still writing, and of files of file managers. */
const TEMPORARY_NAME = /^(\.|~\$)|(~|\.(part|partial|crdownload|download|tmp|temp|swp))$/i;
const FILE_MANAGER_NAME = /^(thumbs\.db|desktop\.ini)$/i;

/** Whether people give such a name to their files. Hidden and temporary files are left alone. */
function isUploadName(name: string): boolean {
  return !TEMPORARY_NAME.test(name) && !FILE_MANAGER_NAME.test(name);
}

/** The folder that people put their images into. Darkroom only reads the files, unless a user deletes an image. */
export class InboxFolder implements Folder {
  readonly directory: string;
  readonly #metadataOf: (key: string) => Record<string, string>;
  readonly #onSkipped: OnSkipped;

  constructor(directory: string, metadataOf: (key: string) => Record<string, string>, onSkipped: OnSkipped) {
    this.directory = directory;
    this.#metadataOf = metadataOf;
    this.#onSkipped = onSkipped;
  }

  /** Undefined also where the key leads out of the folder, for example by a symbolic link. */
  async locate(key: string): Promise<string | undefined> {
    if (!isPlainPath(key)) return undefined;
    const path = join(this.directory, key);
    try {
      const inside = relative(await realpath(this.directory), await realpath(path));
      return inside.split(sep)[0] === '..' ? undefined : path;
    } catch (error) {
      if (isNoSuchFile(error)) return undefined;
      throw storageError(error, `read ${path}`);
    }
  }

  describe(key: string) {
    return { contentType: 'application/octet-stream', metadata: this.#metadataOf(key) };
  }

  async delete(key: string): Promise<void> {
    const path = await this.locate(key);
    if (path !== undefined) await removeFile(path);
  }

  async *keys(): AsyncGenerator<string> {
    await expectFolder(this.directory, `list the inbox ${this.directory}`);
    yield* this.#walk('');
  }

  /** Does not follow symbolic links: their targets are not in the inbox. */
  async *#walk(prefix: string): AsyncGenerator<string> {
    const folders: string[] = [];
    try {
      for await (const entry of await opendir(join(this.directory, prefix))) {
        if (!isUploadName(entry.name)) continue;
        const key = prefix + entry.name;
        if (entry.name.includes('\uFFFD')) this.#onSkipped(key, unreadableName(key));
        else if (entry.isDirectory()) folders.push(key);
        else if (entry.isFile()) yield key;
      }
    } catch (error) {
      this.#onSkipped(prefix, reasonOf(storageError(error, `list ${join(this.directory, prefix)}`)));
    }
    for (const folder of folders) yield* this.#walk(`${folder}/`);
  }
}

/** Old archives hold names in other encodings. Linux keeps their bytes, and no text opens such a file. */
function unreadableName(key: string): Reason {
  const message = `The name of ${JSON.stringify(key)} is not valid Unicode, so it can't be read. Rename it.`;
  return { code: UNREADABLE_NAME, message };
}

function isPlainPath(key: string): boolean {
  const names = key.split(process.platform === 'win32' ? /[/\\:]/ : '/');
  const isPlain = names.every((name) => name !== '' && name !== '.' && name !== '..');
  return isPlain && !key.includes('\0') && key.isWellFormed();
}
