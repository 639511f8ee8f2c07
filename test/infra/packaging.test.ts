import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { DockerImageFunction, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { nativeProject, unneededPackages } from '../../docker/native-packages.ts';
import { handlerOf, imageCode, zipCode } from '../../lib/workers/handler-code.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');

describe('what is deployed', () => {
  let outdir: string;
  beforeAll(() => {
    vi.stubEnv('CDK_VALIDATION', 'false');
    outdir = mkdtempSync(join(tmpdir(), 'darkroom-packaging-'));
  });
  afterAll(() => {
    rmSync(outdir, { recursive: true });
    vi.unstubAllEnvs();
  });

  /** The folder of the one asset that a change adds to an empty stack. */
  function assetOf(name: string, add: (stack: Stack) => void): string {
    const app = new App({ outdir: join(outdir, name) });
    add(new Stack(app, 'Stack'));
    const { directory } = app.synth();
    const assets = readdirSync(directory).filter((entry) => entry.startsWith('asset.'));
    expect(assets).toHaveLength(1);
    return join(directory, assets[0] ?? '');
  }

  it('as an image: what its Dockerfile copies, and nothing else, which would deploy it for no reason', () => {
    const context = assetOf('image', (stack) => {
      for (const worker of ['processor', 'parts'] as const) {
        new DockerImageFunction(stack, worker, { code: imageCode(worker, { architecture: 'arm64' }) });
      }
    });
    expect(readdirSync(context).sort()).toEqual([
      'core',
      'docker',
      'heic',
      'lambdas',
      'package-lock.json',
      'package.json',
    ]);
    expect(readdirSync(join(context, 'lambdas')).sort()).toEqual([
      'adapters',
      'parts',
      'pixels',
      'processor',
      'runtime',
    ]);
    const scripts = readdirSync(join(REPOSITORY, 'docker')).filter((name) => name.endsWith('.ts'));
    expect(readdirSync(join(context, 'docker')).sort()).toEqual(['Dockerfile', ...scripts].sort());
    const dockerfile = readFileSync(join(context, 'docker', 'Dockerfile'), 'utf8');
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, paths = '']) =>
      paths.split(' '),
    );
    expect(copied).toEqual(['package.json', 'package-lock.json', 'docker/*.ts', 'core', 'heic', 'lambdas']);
    const files = readdirSync(context, { recursive: true, encoding: 'utf8' });
    expect(files.filter((file) => file.includes('node_modules') || file.includes('.test.'))).toEqual([]);
  });

  it('as an image: for the architecture, on the base and with the decoder of the configuration', () => {
    const baseImage = `mirror.example.com/nodejs@sha256:${'0'.repeat(64)}`;
    const context = assetOf('base', (stack) => {
      const code = imageCode('processor', { architecture: 'x86_64', baseImage, heic: true });
      new DockerImageFunction(stack, 'F', { code });
    });
    const manifest = JSON.parse(readFileSync(join(context, '..', 'Stack.assets.json'), 'utf8'));
    expect(Object.values(manifest.dockerImages)).toEqual([
      expect.objectContaining({
        source: {
          directory: basename(context),
          dockerFile: 'docker/Dockerfile',
          dockerBuildArgs: { BASE_IMAGE: baseImage, HEIC: 'yes' },
          platform: 'linux/amd64',
        },
      }),
    ]);
  });

  it('as a zip file: only the bundle', () => {
    const bundle = assetOf('zip', (stack) => {
      const runtime = Runtime.NODEJS_24_X;
      new LambdaFunction(stack, 'F', { runtime, handler: handlerOf('sweeper'), code: zipCode('sweeper') });
    });
    expect(readdirSync(bundle)).toEqual(['sweeper.mjs']);
    expect(handlerOf('sweeper')).toBe('sweeper.handler');
  });
});

describe('the native packages', () => {
  const lock = JSON.parse(readFileSync(join(REPOSITORY, 'package-lock.json'), 'utf8'));
  const { manifest, lock: part } = nativeProject(lock, ['sharp']);
  const packages = new Map<string, unknown>(Object.entries(part.packages));

  it('are sharp and its dependencies, for both architectures, as locked', () => {
    expect(manifest.dependencies).toEqual({ sharp: lock.packages['node_modules/sharp'].version });
    const paths = [...packages.keys()].filter((path) => path !== '');
    expect(paths).toEqual(
      expect.arrayContaining([
        'node_modules/sharp',
        'node_modules/detect-libc',
        'node_modules/@img/sharp-linux-arm64',
        'node_modules/@img/sharp-libvips-linux-arm64',
        'node_modules/@img/sharp-linux-x64',
        'node_modules/@img/sharp-libvips-linux-x64',
      ]),
    );
    expect(
      paths.filter((path) => !/\/(sharp|@img\/.+|detect-libc|semver|@emnapi\/runtime|tslib)$/.test(path)),
    ).toEqual([]);
    for (const path of paths) {
      expect(packages.get(path)).toBe(lock.packages[path]);
      expect(lock.packages[path].integrity).toMatch(/^sha512-/);
    }
  });

  it('do not include what only a package for another architecture needs', () => {
    const unused = unneededPackages(lock, ['sharp'], 'arm64');
    expect(unused).toEqual(
      expect.arrayContaining(['node_modules/@img/sharp-wasm32', 'node_modules/@img/sharp-linux-x64']),
    );
    const kept = [...packages.keys()].filter((path) => !unused.includes(path));
    expect(kept).toEqual(
      expect.arrayContaining(['node_modules/sharp', 'node_modules/@img/sharp-libvips-linux-arm64']),
    );
  });

  it('are found beside the package that needs them, before further up', () => {
    const nested = {
      packages: {
        'node_modules/a': { version: '1.0.0', dependencies: { b: '^2.0.0', c: '^1.0.0' } },
        'node_modules/a/node_modules/b': { version: '2.0.0', dependencies: { c: '^1.0.0' } },
        'node_modules/b': { version: '1.0.0' },
        'node_modules/c': { version: '1.0.0' },
        'node_modules/d': { version: '1.0.0' },
      },
    };
    expect(Object.keys(nativeProject(nested, ['a']).lock.packages)).toEqual([
      '',
      'node_modules/a',
      'node_modules/a/node_modules/b',
      'node_modules/c',
    ]);
  });
});
