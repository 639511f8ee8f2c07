import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { sharp } from '../../../core/image/sharp-setup.ts';
import { checkDatabase, eventsOf, type Folders, recordsOf } from './folder-state.ts';

/** The default recipe makes the processed picture and four rotations. */
const OUTPUTS_PER_IMAGE = 5;
const SIDE_PX = 256;
/** Thumbnails are in this folder; they are no outputs, and as large as their original, up to 320 px. */
const PREVIEWS = 'previews';
/** Files that are being written, and the state of `darkroom process`. No output is in these folders. */
const HIDDEN = ['.partial', '.darkroom'];

/**
 * What must hold once all work is done, whatever happened before: nothing is lost, doubled, half-written or left over.
 *
 * @param keys every image that was put into the inbox
 * @returns the invariants that do not hold, in words
 */
export async function brokenInvariants(folders: Folders, keys: readonly string[]): Promise<string[]> {
  const { outputs: directory } = folders;
  const broken: string[] = [];
  const expect = (holds: boolean, otherwise: string) => {
    if (!holds) broken.push(otherwise);
  };
  const records = recordsOf(folders);
  const events = eventsOf(folders);
  const recorded = records.map(({ source }) => source.key);
  const published = events.map(({ source }) => source.key);

  expect(haveSameItems(recorded, keys), `${records.length} records of ${keys.length} images`);
  for (const { source, state, reason } of records) {
    expect(state === 'COMPLETE', `${source.key} is ${state}: ${reason?.message ?? 'for no reason'}`);
  }
  expect(haveSameItems(published, keys), `${events.length} events of ${keys.length} images`);
  for (const { type, source, outputs } of events) {
    expect(type === 'image.completed', `${source.key} was published as ${type}`);
    expect(
      outputs.length === OUTPUTS_PER_IMAGE,
      `${source.key} was published with ${outputs.length} outputs`,
    );
  }

  const named = events.flatMap(({ outputs }) => outputs.map(({ key }) => join(directory, key)));
  const found = outputFiles(directory).filter((path) => !isPreview(directory, path));
  const unnamed = found.filter((path) => !named.includes(path)).map((path) => relative(directory, path));
  expect(haveSameItems(found, named), `${found.length} files of ${named.length} outputs: ${unnamed}`);
  const partial = filesIn(join(directory, '.partial'));
  expect(partial.length === 0, `${partial.length} files were left half-written`);
  broken.push(...(await new OutputCheck(directory).damaged()));
  expect(checkDatabase(folders) === 'ok', `the database: ${checkDatabase(folders)}`);
  return broken;
}

/** Decodes the outputs of a folder. At any time, also right after a kill, each is a whole picture. */
export class OutputCheck {
  readonly #directory: string;
  /** Path and time of change: no file is decoded twice. */
  readonly #sound = new Set<string>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** The outputs that are not whole or not of the size that the recipe asks for, in words. */
  async damaged(): Promise<string[]> {
    const damaged: string[] = [];
    for (const path of outputFiles(this.#directory)) {
      const version = `${path} ${statSync(path).mtimeMs}`;
      if (this.#sound.has(version)) continue;
      const problem = await problemOf(path, isPreview(this.#directory, path) ? undefined : SIDE_PX);
      if (problem === undefined) this.#sound.add(version);
      else damaged.push(`${relative(this.#directory, path)}: ${problem}`);
    }
    return damaged;
  }
}

/** The same texts, each the same number of times. */
function haveSameItems(found: readonly string[], expected: readonly string[]): boolean {
  return JSON.stringify([...found].sort()) === JSON.stringify([...expected].sort());
}

function outputFiles(directory: string): string[] {
  return filesIn(directory).filter((path) => !HIDDEN.includes(relative(directory, path).split(sep)[0] ?? ''));
}

function isPreview(directory: string, path: string): boolean {
  return relative(directory, path).split(sep)[0] === PREVIEWS;
}

function filesIn(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Why a file is no whole picture with sides of that length, or of any length where none is given. */
async function problemOf(path: string, sidePx: number | undefined): Promise<string | undefined> {
  try {
    const { info } = await sharp(readFileSync(path), { failOn: 'warning' })
      .raw()
      .toBuffer({ resolveWithObject: true });
    return sidePx === undefined || (info.width === sidePx && info.height === sidePx)
      ? undefined
      : `${info.width} × ${info.height} pixels`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
