import { existsSync } from 'node:fs';
import { run } from '../../support/run-command.ts';

/** Debian's. Playwright's own download needs more than the package registries. */
export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

/**
 * Installs Chromium where it is missing.
 *
 * @throws CommandError where apt-get can't: it needs root on Debian. Set CHROMIUM to the path of another one
 */
export async function installChromium(): Promise<void> {
  if (existsSync(CHROMIUM)) return;
  await run('apt-get', ['update', '-q']);
  await run('apt-get', ['install', '-q', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu']);
  if (!existsSync(CHROMIUM)) throw new Error(`expected Chromium at ${CHROMIUM} once it is installed`);
}
