import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

/** The version that we have tested, and its checksum. It is no dependency of ours: docs/adr/0009 says why. */
const PACKAGE = {
  name: 'libheif-js',
  version: '1.23.2',
  integrity:
    'sha512-qvHIXtggEsw1lCNCWBYKloL2Z36DJBm0R9ThGiH2JnhKYdeZFLPFkP30Lw4yMskxxhx0bKg1gLrBHX1D2w2pSw==',
};

/** What of the package is used: the form that is one file, and its licences. */
const USED_FILES = [
  'package.json',
  'LICENSE',
  'wasm-bundle.js',
  'libheif-wasm/libheif-bundle.js',
  'libheif-wasm/LICENSE',
];

/**
 * Adds the decoder of HEIC to a function: the package, and the program of the process that runs it.
 *
 * @throws Error with npm's message if npm fails, for example without a network
 */
export function addHeicDecoder(outDir: string): void {
  installHeicPackage(join(outDir, 'node_modules'));
  buildSync({
    absWorkingDir: join(import.meta.dirname, '..'),
    entryPoints: [{ in: 'heic/child.ts', out: 'heic-child' }],
    outdir: outDir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    minify: true,
    logLevel: 'warning',
  });
}

/**
 * Installs the package into a `node_modules`, with the version and checksum above.
 *
 * @throws Error with npm's message if npm fails
 */
export function installHeicPackage(nodeModules: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'darkroom-heic-'));
  try {
    const { name, version, integrity } = PACKAGE;
    const manifest = {
      name: 'darkroom-heic',
      version: '0.0.0',
      private: true,
      dependencies: { [name]: version },
    };
    const packages = { '': manifest, [`node_modules/${name}`]: { version, integrity } };
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
    writeFileSync(
      join(folder, 'package-lock.json'),
      JSON.stringify({ ...manifest, lockfileVersion: 3, packages }),
    );
    const npm = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: folder,
      encoding: 'utf8',
      shell: process.platform === 'win32',
    });
    if (npm.status !== 0) {
      throw new Error(`npm could not install ${name}: ${npm.error?.message ?? npm.stderr}`);
    }
    for (const file of USED_FILES) {
      cpSync(join(folder, 'node_modules', name, file), join(nodeModules, name, file), { recursive: true });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
