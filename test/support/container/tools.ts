import { run, succeeds } from '../run-command.ts';

/** Debian's packages that build and run the image, and what compiles the runtime client. */
const PACKAGES = [
  'buildah',
  'podman',
  'runc',
  'debootstrap',
  'debian-archive-keyring',
  'iproute2',
  'iptables',
  'netavark',
  'util-linux',
  'cmake',
  'g++',
  'make',
  'python3',
  'xz-utils',
];

/**
 * Installs what is missing, from the sources that apt knows.
 *
 * @throws Error where this is not root on Debian; CommandError with apt's own words
 */
export async function installTools(): Promise<void> {
  if (process.getuid?.() !== 0 || !(await succeeds('apt-get', ['--version']))) {
    throw new Error('expected root on Debian: containers are started, and packages installed by apt-get');
  }
  const status = await run('dpkg-query', [
    '--show',
    '--showformat',
    '$' + '{Package} $' + '{db:Status-Status}\n',
  ]);
  const known = new Set(status.split('\n'));
  const missing = PACKAGES.filter((name) => !known.has(`${name} installed`));
  if (missing.length === 0) return;
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-q'], { env });
  await run('apt-get', ['install', '-q', '-y', '--no-install-recommends', ...missing], { env });
}
