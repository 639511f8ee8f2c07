import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { TEAM_IMAGE } from '../../support/container/image.ts';
import { CONFINEMENT, type Container, startContainer } from './container.ts';

/* The laptop edition for a team, as compose.yaml runs it. */

const PASSWORD = 'correct-horse-battery';
const ORIGIN = 'http://127.0.0.1:4400';
const confinement = [
  ...CONFINEMENT.filter((flag) => !flag.startsWith('--user')),
  // As Docker does with a new volume, its owner is that of the folder in the image.
  '--mount=type=volume,destination=/data',
];

let container: Container | undefined;
afterEach(() => container?.kill());

const start = async (env: Record<string, string>) => {
  container = await startContainer(['start', '--port', '4400'], env, { image: TEAM_IMAGE, confinement });
  return container;
};

function get(path: string, password?: string): Promise<Response> {
  const credentials = `Basic ${Buffer.from(`anybody:${password}`).toString('base64')}`;
  return fetch(ORIGIN + path, { headers: password === undefined ? {} : { authorization: credentials } });
}

it('serves the built app and the processed samples to whoever knows the password', async () => {
  const { output } = await start({ DARKROOM_PASSWORD: PASSWORD, DARKROOM_ORIGIN: ORIGIN });
  await expect.poll(output, { timeout: 60_000, interval: 200 }).toContain('Watching');
  for (const path of ['/', '/api/v1/images', '/config.json', '/contact-sheet']) {
    expect([path, (await get(path)).status]).toEqual([path, 401]);
    expect([path, (await get(path, 'a wrong password')).status]).toEqual([path, 401]);
    expect([path, (await get(path, PASSWORD)).status]).toEqual([path, 200]);
  }
  expect(await (await get('/', PASSWORD)).text()).toMatch(/src="\/assets\/index-[\w-]+\.js"/);
  const { total } = (await (await get('/api/v1/images?state=COMPLETE', PASSWORD)).json()) as {
    total: { count: number };
  };
  expect(total.count).toBe(6);
});

it('does not start for the network without a password', async () => {
  const { ended, output } = await start({ DARKROOM_ORIGIN: ORIGIN });
  const { exitCode } = await Promise.race([ended, sleep(30_000).then(() => ({ exitCode: -1 }))]);
  expect(exitCode).toBe(2);
  expect(output()).toContain('Set DARKROOM_PASSWORD');
});
