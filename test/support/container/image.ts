import { run } from '../run-command.ts';
import { buildah, REPOSITORY } from './engine.ts';

/** Processors that Lambda has, as npm and Node name them. */
export type Cpu = 'arm64' | 'x64';

export const THIS_CPU: Cpu = process.arch === 'arm64' ? 'arm64' : 'x64';
export const OTHER_CPU: Cpu = THIS_CPU === 'arm64' ? 'x64' : 'arm64';

/** Docker's names of the processors. */
export const DOCKER_CPU: Readonly<Record<Cpu, string>> = { arm64: 'arm64', x64: 'amd64' };

/** The image under test. */
export const IMAGE = 'localhost/darkroom:check';

/** The same for the processor that this machine does not have. */
export const OTHER_IMAGE = 'localhost/darkroom:check-other';

/** The laptop edition for a team. */
export const TEAM_IMAGE = 'localhost/darkroom-team:check';

/** Where the certificate of a proxy is mounted while npm runs; it is in no layer. */
const MOUNTED_CERTIFICATES = '/run/secrets/ca';

/** Flags of a build by which npm, in the first stage, goes where it goes on this machine. */
export async function networkFlags(): Promise<string[]> {
  const registry = (await run('npm', ['config', 'get', 'registry'], { cwd: REPOSITORY })).trim();
  const certificates = process.env.NODE_EXTRA_CA_CERTS;
  const behindProxy = certificates
    ? [`--secret=id=ca,src=${certificates}`, `--build-arg=NODE_EXTRA_CA_CERTS=${MOUNTED_CERTIFICATES}`]
    : [];
  return ['--network=host', `--build-arg=NPM_CONFIG_REGISTRY=${registry}`, ...behindProxy];
}

/** Builds docker/Dockerfile on the given base, for the given processor. */
export async function buildImage(base: string, image: string, cpu: Cpu): Promise<void> {
  await build('docker/Dockerfile', base, image, '--layers', `--platform=linux/${DOCKER_CPU[cpu]}`);
}

/** Builds the laptop edition for a team. Its layers hold a gigabyte, so none is kept. */
export async function buildTeamImage(base: string): Promise<void> {
  await build('docker/team.Dockerfile', base, TEAM_IMAGE);
}

async function build(file: string, base: string, image: string, ...flags: string[]): Promise<void> {
  await buildah(
    'build',
    `--build-arg=BASE_IMAGE=${base}`,
    ...flags,
    ...(await networkFlags()),
    `--file=${file}`,
    `--ignorefile=${file}.dockerignore`,
    `--tag=${image}`,
    '.',
  );
}
