import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

/** Everything that the built files depend on: the lock file names the versions of the libraries. */
const SOURCES = ['web', 'client', 'samples', 'core/image/source/sniff.ts', 'package-lock.json'];
/** Of these folders, what is no source: the built files themselves. */
const NOT_SOURCES = ['dist'];

/** Where the app is built, whether or not it is there yet: a folder of its own for each state of the sources. */
export function builtAppFolder(): string {
  return join(ROOT, 'web', 'dist', sourceHash());
}

/** @returns whether the app of the present sources has been built */
export function isBuilt(folder: string): boolean {
  return existsSync(join(folder, 'index.html'));
}

/** SHA-256 over the names and contents of the sources, its first 16 hex digits. */
function sourceHash(): string {
  const hash = createHash('sha256');
  for (const path of SOURCES.flatMap((name) => [...filesOf(name)])) {
    hash.update(`${path}\0`).update(readFileSync(join(ROOT, path)));
  }
  return hash.digest('hex').slice(0, 16);
}

function* filesOf(path: string): Iterable<string> {
  const folder = join(ROOT, path);
  if (/\.\w+$/.test(path)) return yield path;
  const entries = readdirSync(folder, { withFileTypes: true }).filter(
    ({ name }) => !NOT_SOURCES.includes(name),
  );
  for (const { name } of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    yield* filesOf(`${path}/${name}`);
  }
}
