import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STAGES } from '../../../core/names.ts';
import { bundleHandlers } from '../../../docker/bundle.ts';

const run = promisify(execFile);
const REPOSITORY = join(import.meta.dirname, '..', '..', '..');

/** The first thing that every function does is to load its bundle; twice this size would be felt. */
const MAX_BYTES = 1_500_000;

const ENVIRONMENT = {
  AWS_REGION: 'eu-central-1',
  TABLE_NAME: 'catalog',
  INGEST_DLQ_ARN: 'arn:aws:sqs:eu-central-1:000000000000:ingest-dead',
  ROTATION_DLQ_ARN: 'arn:aws:sqs:eu-central-1:000000000000:rotation-dead',
};

describe('the bundles of the functions', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'darkroom-bundles-'));
    bundleHandlers(STAGES, folder);
    await symlink(join(REPOSITORY, 'node_modules'), join(folder, 'node_modules'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** Loads a bundle in a Node of its own, which knows nothing of TypeScript and of this repository. */
  async function load(stage: string, env: Record<string, string>): Promise<string> {
    const script = `const { handler } = await import('./${stage}.mjs'); console.log(typeof handler);`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
      cwd: folder,
      env,
    });
    return stdout.trim();
  }

  it.each(STAGES)('%s starts under plain Node and is small', async (stage) => {
    expect(await load(stage, ENVIRONMENT)).toBe('function');
    expect((await stat(join(folder, `${stage}.mjs`))).size).toBeLessThan(MAX_BYTES);
  });

  it.each(['sweeper', 'recorder', 'reconciler'])('%s loads no code for pixels', async (stage) => {
    expect(await readFile(join(folder, `${stage}.mjs`), 'utf8')).not.toMatch(/from ?["']sharp["']/);
  });

  it('says which variable is missing', async () => {
    const failure = await load('sweeper', { AWS_REGION: 'eu-central-1' }).catch(({ stderr }) => stderr);
    expect(failure).toContain('TABLE_NAME: expected a value in the environment, received none');
  });
});
