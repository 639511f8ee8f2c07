import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const REPOSITORY = join(import.meta.dirname, '..');

/** Packages with native binaries. They are installed beside the bundle. */
export const NATIVE_PACKAGES = ['sharp'] as const;

/**
 * What classifies at run time. It has a lock file of its own, in labels/. The other packages there serve the install step of
 * the first, which nothing runs.
 */
export const LABEL_PACKAGES = ['onnxruntime-node', 'onnxruntime-common'] as const;

/** Architectures, as npm and Node name them. */
type Cpu = 'arm64' | 'x64';

/** The fields of a lock file that we read. */
interface LockedPackage {
  version: string;
  os?: string[];
  cpu?: string[];
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}
interface LockFile {
  packages: Record<string, LockedPackage>;
}

/**
 * Installs the native packages into `outDir/node_modules` for Lambda, on any machine: for Linux with glibc and the given
 * architecture, with the versions and checksums of our lock file.
 *
 * @throws Error with npm's message if npm fails, for example without a network
 */
export function installNativePackages(outDir: string, cpu: Cpu): void {
  const lock = JSON.parse(readFileSync(join(REPOSITORY, 'package-lock.json'), 'utf8')) as LockFile;
  const project = nativeProject(lock, NATIVE_PACKAGES);
  mkdirSync(outDir, { recursive: true });
  writeFileSync(join(outDir, 'package.json'), JSON.stringify(project.manifest));
  writeFileSync(join(outDir, 'package-lock.json'), JSON.stringify(project.lock));
  const platform = ['--os=linux', '--libc=glibc', `--cpu=${cpu}`];
  const npm = spawnSync(
    'npm',
    ['ci', '--ignore-scripts', '--no-bin-links', '--no-audit', '--no-fund', ...platform],
    {
      cwd: outDir,
      encoding: 'utf8',
      shell: process.platform === 'win32',
    },
  );
  if (npm.status !== 0) {
    const cause = npm.error?.message ?? npm.stderr;
    throw new Error(`npm could not install ${NATIVE_PACKAGES.join(', ')} for linux-${cpu}: ${cause}`);
  }
  const unused = unneededPackages(lock, NATIVE_PACKAGES, cpu);
  for (const path of ['package.json', 'package-lock.json', 'node_modules/.package-lock.json', ...unused]) {
    rmSync(join(outDir, path), { recursive: true, force: true });
  }
}

/** The part of a lock file that the packages need, as a separate project. */
export function nativeProject(lock: LockFile, packages: readonly string[]) {
  const needed = neededBy(lock, packages);
  const dependencies = Object.fromEntries(
    packages.map((name) => [name, lock.packages[`node_modules/${name}`]?.version]),
  );
  const manifest = { name: 'darkroom-native', version: '0.0.0', private: true, dependencies };
  return {
    manifest,
    lock: { ...manifest, lockfileVersion: 3, packages: { '': manifest, ...Object.fromEntries(needed) } },
  };
}

/**
 * The paths of packages that only a package for another architecture needs. npm leaves out that package but installs its
 * dependencies, such as sharp as WebAssembly, which is half as large as sharp itself.
 */
export function unneededPackages(lock: LockFile, packages: readonly string[], cpu: Cpu): string[] {
  const fitting = neededBy(lock, packages, ({ os = ['linux'], cpu: cpus = [cpu] }) => {
    return os.includes('linux') && cpus.includes(cpu);
  });
  return [...neededBy(lock, packages).keys()].filter((path) => !fitting.has(path));
}

/** The packages and all their dependencies that count, by path. */
function neededBy(
  lock: LockFile,
  packages: readonly string[],
  counts: (found: LockedPackage) => boolean = () => true,
): Map<string, LockedPackage> {
  const needed = new Map<string, LockedPackage>();
  const visit = (name: string, from: string): void => {
    const path = pathOf(lock, name, from);
    const found = path === undefined ? undefined : lock.packages[path];
    if (path === undefined || !found || needed.has(path) || !counts(found)) return;
    needed.set(path, found);
    for (const next of Object.keys({ ...found.dependencies, ...found.optionalDependencies }))
      visit(next, path);
  };
  for (const name of packages) visit(name, '');
  return needed;
}

/** The path at which the package at `from` finds `name`: beside itself, or further up. */
function pathOf(lock: LockFile, name: string, from: string): string | undefined {
  const path = from === '' ? `node_modules/${name}` : `${from}/node_modules/${name}`;
  if (path in lock.packages || from === '') return path in lock.packages ? path : undefined;
  return pathOf(lock, name, from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/'))));
}
