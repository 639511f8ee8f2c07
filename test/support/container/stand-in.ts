import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run, succeeds } from '../run-command.ts';
import { buildah, CACHE, ENGINE_ENVIRONMENT } from './engine.ts';
import { DOCKER_CPU, OTHER_CPU } from './image.ts';

const RECIPE = join(import.meta.dirname, 'base');
const WORK = join(CACHE, 'base');

/** Node as an npm package; it brings the headers that the runtime client is compiled with. */
const NODE_PACKAGE = `node-linux-${process.arch}`;

/**
 * The stand-in for the Lambda base image, as base/Dockerfile describes it. It is made once, and again when the folder
 * base/ changes.
 *
 * @returns its name
 */
export async function buildStandIn(): Promise<string> {
  const suite = await debianSuite();
  const name = `localhost/darkroom-stand-in:${await digestOf([suite, process.arch])}`;
  if (await succeeds('buildah', ['inspect', '--type', 'image', name], { env: ENGINE_ENVIRONMENT }))
    return name;
  await rm(WORK, { recursive: true, force: true });
  await mkdir(WORK, { recursive: true });
  await Promise.all([bootstrap(suite), installPackages()]);
  await buildah(
    'build',
    ...['--file', join(RECIPE, 'Dockerfile'), '--tag', name],
    ...['--build-arg', `NODE_PACKAGE=${NODE_PACKAGE}`],
    WORK,
  );
  await rm(WORK, { recursive: true });
  return name;
}

/**
 * A base for both processors: the stand-in, and the same once more, which says that it is for the other. Nothing of that
 * one could run; nothing of it has to, where an image is built on it.
 *
 * @returns its name
 */
export async function buildStandInForBoth(standIn: string): Promise<string> {
  const [list, other] = [`${standIn}-both`, `${standIn}-other`];
  if (await succeeds('buildah', ['manifest', 'inspect', list], { env: ENGINE_ENVIRONMENT })) return list;
  const container = (await buildah('from', standIn)).trim();
  await buildah('config', '--arch', DOCKER_CPU[OTHER_CPU], container);
  await buildah('commit', '--quiet', '--rm', container, other);
  await buildah('manifest', 'create', list);
  await buildah('manifest', 'add', list, standIn);
  await buildah('manifest', 'add', '--arch', DOCKER_CPU[OTHER_CPU], list, other);
  return list;
}

/** A minimal Debian like this machine's, so that what is compiled here runs there. */
async function bootstrap(suite: string): Promise<void> {
  await run('debootstrap', ['--variant=minbase', suite, join(WORK, 'rootfs'), await debianMirror(suite)]);
}

/** Node, npm and the runtime client, which is compiled here as its own install scripts say. */
async function installPackages(): Promise<void> {
  const packages = join(WORK, 'packages');
  await cp(RECIPE, packages, { recursive: true });
  await run('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: packages,
    env: { npm_config_nodedir: join(packages, 'node_modules', NODE_PACKAGE) },
  });
}

async function debianSuite(): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8');
  const [, suite] = /^VERSION_CODENAME=(\w+)$/m.exec(release) ?? [];
  if (suite) return suite;
  throw new Error('expected VERSION_CODENAME in /etc/os-release, as Debian has it');
}

/** The first mirror of the suite that apt itself uses. */
async function debianMirror(suite: string): Promise<string> {
  const filters = ['Created-By: Packages', 'Component: main', `Release: ${suite}`];
  const [mirror] = (await run('apt-get', ['indextargets', '--format', '$(SITE)', ...filters])).split('\n');
  if (mirror) return mirror;
  throw new Error(`expected a mirror of ${suite} in apt's sources, found none`);
}

async function digestOf(info: readonly string[]): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(info));
  for (const file of (await readdir(RECIPE)).sort()) hash.update(await readFile(join(RECIPE, file)));
  return hash.digest('hex').slice(0, 12);
}
