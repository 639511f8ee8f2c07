import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { WORKERS } from '../../../core/names.ts';
import { bundleHandlers, LABEL_FUNCTIONS, OUTER_FUNCTIONS } from '../../../docker/bundle.ts';
import { apiSettingsJson } from '../../support/api-settings.ts';
import { settingsJson } from '../../support/deployed-settings.ts';
import { startDeployment } from '../../support/lambdas/deployment.ts';

const run = promisify(execFile);
const REPOSITORY = join(import.meta.dirname, '..', '..', '..');

/** Every function first loads its bundle. Twice this size would lengthen a cold start noticeably. */
const MAX_BYTES = 1_500_000;

const ENVIRONMENT = {
  AWS_REGION: 'eu-central-1',
  DARKROOM_SETTINGS: settingsJson(),
  DARKROOM_API: apiSettingsJson(),
};

const FUNCTIONS = [...WORKERS, ...LABEL_FUNCTIONS, ...OUTER_FUNCTIONS];

/** Nobody waits for a worker to start, but somebody waits for the API. */
const MAX_START_CPU_MS = 400;

describe('the bundles of the functions', () => {
  let root: string;
  let folder: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'darkroom-bundles-'));
    // Node itself loads a package of node_modules, as on Lambda, and not the test runner.
    folder = join(root, 'node_modules', 'bundles');
    bundleHandlers(FUNCTIONS, folder);
    await symlink(join(REPOSITORY, 'node_modules', 'sharp'), join(root, 'node_modules', 'sharp'));
  });
  afterAll(() => rm(root, { recursive: true }));
  afterEach(() => vi.restoreAllMocks());

  /** Loads a bundle in another Node process, which knows nothing of TypeScript and of this repository. */
  async function load(worker: string, env: Record<string, string>): Promise<string> {
    const script = `const { handler } = await import('./${worker}.mjs'); console.log(typeof handler);`;
    return evaluate(script, env);
  }

  async function evaluate(script: string, env: Record<string, string>): Promise<string> {
    const options = { cwd: folder, env };
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], options);
    return stdout.trim();
  }

  it.each(FUNCTIONS)('%s starts under plain Node and is small', async (worker) => {
    expect(await load(worker, ENVIRONMENT)).toBe('function');
    expect((await stat(join(folder, `${worker}.mjs`))).size).toBeLessThan(MAX_BYTES);
  });

  it.each(FUNCTIONS.filter((worker) => !['processor', 'parts', 'pixels', 'classify'].includes(worker)))(
    '%s loads no code for pixels',
    async (worker) => {
      expect(await readFile(join(folder, `${worker}.mjs`), 'utf8')).not.toMatch(/from ?["']sharp["']/);
    },
  );

  it('start the API in little CPU time, and with its page beside it', async () => {
    const script =
      "const before = process.cpuUsage(); await import('./api.mjs'); const { user, system } = process.cpuUsage(before); " +
      'console.log((user + system) / 1000);';
    const times: number[] = [];
    while (times.length < 3) {
      times.push(Number(await evaluate(script, ENVIRONMENT)));
    }
    expect(Math.min(...times)).toBeLessThan(MAX_START_CPU_MS);
    expect((await stat(join(folder, 'swagger-ui-bundle.js'))).size).toBeGreaterThan(1_000_000);
  });

  it('process an image', async () => {
    for (const method of ['log', 'info'] as const) vi.spyOn(console, method).mockImplementation(() => {});
    const load = (worker: string) => import(/* @vite-ignore */ join(folder, `${worker}.mjs`));
    const deployment = await startDeployment(async () => ({
      processor: (await load('processor')).handler,
      parts: (await load('parts')).handler,
      sweeper: (await load('sweeper')).handler,
      recorder: (await load('recorder')).handler,
      reconciler: (await load('reconciler')).handler,
      exports: (await load('exports')).handler,
    }));
    const photo = await sharp({ create: { width: 60, height: 40, channels: 3, background: '#c04020' } })
      .jpeg()
      .toBuffer();
    const { imageId, body } = await deployment.upload('photo.jpg', photo);
    await deployment.sendTo('ingest', body);
    await deployment.drain();
    expect(await deployment.catalog.get(imageId)).toMatchObject({ state: 'COMPLETE' });
    expect(await deployment.eventsOf(imageId)).toMatchObject([{ type: 'image.completed' }]);
    await deployment.close();
  });

  it('says that its settings are missing', async () => {
    const failure = await load('sweeper', { AWS_REGION: 'eu-central-1' }).catch(({ stderr }) => stderr);
    expect(failure).toContain('DARKROOM_SETTINGS: expected JSON, received no such variable');
  });
});
