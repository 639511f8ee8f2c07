import { run } from './command.ts';
import { buildah, REPOSITORY } from './engine.ts';

/** The image under test. */
export const IMAGE = 'localhost/darkroom:check';

/** Docker's names of the processors that Lambda has. */
const PLATFORMS: Record<string, string> = { arm64: 'linux/arm64', x64: 'linux/amd64' };

/** Where the certificate of a proxy is mounted while npm runs; it is in no layer. */
const MOUNTED_CERTIFICATES = '/run/secrets/ca';

/** Builds docker/Dockerfile on the given base, for this machine's processor. */
export async function buildImage(base: string): Promise<void> {
  const registry = (await run('npm', ['config', 'get', 'registry'], { cwd: REPOSITORY })).trim();
  const certificates = process.env.NODE_EXTRA_CA_CERTS;
  const behindProxy = certificates
    ? [`--secret=id=ca,src=${certificates}`, `--build-arg=NODE_EXTRA_CA_CERTS=${MOUNTED_CERTIFICATES}`]
    : [];
  await buildah(
    'build',
    '--layers',
    '--network=host',
    `--platform=${PLATFORMS[process.arch]}`,
    `--build-arg=BASE_IMAGE=${base}`,
    `--build-arg=NPM_CONFIG_REGISTRY=${registry}`,
    ...behindProxy,
    '--file=docker/Dockerfile',
    '--ignorefile=docker/Dockerfile.dockerignore',
    `--tag=${IMAGE}`,
    '.',
  );
}
