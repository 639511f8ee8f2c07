import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sharp } from '../../../core/image/sharp-setup.ts';
import { checkDatabase, eventsOf, recordsOf } from './folder-state.ts';

/** What the default recipe makes: the processed picture and four rotations. */
const OUTPUTS_AN_IMAGE = 5;
const SIDE_PX = 256;

/**
 * What must hold of a data folder once all is done, whatever happened on the way: nothing lost, nothing doubled,
 * nothing half-written, nothing left behind.
 *
 * @param keys every image that was put into the inbox
 * @returns the laws that are broken, in words
 */
export async function brokenLaws(dataDir: string, keys: readonly string[]): Promise<string[]> {
  const broken: string[] = [];
  const expect = (holds: boolean, otherwise: string) => {
    if (!holds) broken.push(otherwise);
  };
  const records = recordsOf(dataDir);
  const events = eventsOf(dataDir);

  expect(
    sameSet(
      records.map(({ source }) => source.key),
      keys,
    ),
    `${records.length} records of ${keys.length} images`,
  );
  for (const { source, state, reason } of records) {
    expect(state === 'COMPLETE', `${source.key} is ${state}: ${reason?.message ?? 'for no reason'}`);
  }
  expect(
    sameSet(
      events.map(({ source }) => source.key),
      keys,
    ),
    `${events.length} events of ${keys.length} images`,
  );
  for (const { type, source, outputs } of events) {
    expect(type === 'image.completed', `${source.key} was told as ${type}`);
    expect(outputs.length === OUTPUTS_AN_IMAGE, `${source.key} was told with ${outputs.length} outputs`);
  }

  const told = events.flatMap(({ outputs }) => outputs.map(({ url }) => fileURLToPath(url)));
  const found = filesIn(join(dataDir, 'outputs'));
  expect(
    sameSet(found, told),
    `${found.length} files of ${told.length} outputs: ${strangers(found, told, dataDir)}`,
  );
  for (const path of found) {
    const problem = await problemOf(path);
    expect(problem === undefined, `${relative(dataDir, path)}: ${problem}`);
  }
  expect(checkDatabase(dataDir) === 'ok', `the database: ${checkDatabase(dataDir)}`);
  return broken;
}

/** The same texts, each as often. */
function sameSet(found: readonly string[], expected: readonly string[]): boolean {
  return JSON.stringify([...found].sort()) === JSON.stringify([...expected].sort());
}

function strangers(found: readonly string[], expected: readonly string[], dataDir: string): string {
  const known = new Set(expected);
  return found
    .filter((path) => !known.has(path))
    .map((path) => relative(dataDir, path))
    .join(', ');
}

function filesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

async function problemOf(path: string): Promise<string | undefined> {
  try {
    const { info } = await sharp(readFileSync(path), { failOn: 'warning' })
      .raw()
      .toBuffer({ resolveWithObject: true });
    return info.width === SIDE_PX && info.height === SIDE_PX
      ? undefined
      : `${info.width} × ${info.height} pixels`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
