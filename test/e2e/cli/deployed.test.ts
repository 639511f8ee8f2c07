import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { rotationBody } from '../../../core/messages/tasks.ts';
import { darkroom, type Ended, smallJpeg } from '../programs.ts';
import { type DeployedStack, STACK, startDeployedStack } from './deployed-stack.ts';

let stack: DeployedStack;

beforeAll(async () => {
  for (const method of ['log', 'info', 'warn', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation(() => {});
  }
  stack = await startDeployedStack();
});
afterAll(async () => {
  vi.restoreAllMocks();
  await stack.close();
});

function onStack(args: string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return darkroom([...args, '--stack', STACK], tmpdir(), { ...stack.env, ...env });
}

/** The command, and meanwhile the functions at work. */
async function whileWorking(command: Promise<Ended>): Promise<Ended> {
  let hasEnded = false;
  const result = command.finally(() => {
    hasEnded = true;
  });
  while (!hasEnded) await stack.drain();
  return result;
}

/** An image one of whose rotations nobody could make. */
async function failedUpload(key: string): Promise<string> {
  const { imageId, body } = await stack.upload(key, await smallJpeg(1));
  await stack.sendTo('ingest', body);
  await stack.deliver('ingest');
  await stack.purge('rotation');
  await stack.sendTo('deadRotation', rotationBody({ imageId, run: 1, attempt: 1, degrees: 90 }));
  await stack.deliver('deadRotation');
  expect(await stack.catalog.get(imageId)).toMatchObject({ state: 'FAILED' });
  return imageId;
}

describe('the command on a deployment', () => {
  it('lists what failed, and redrives it to its end', async () => {
    const imageId = await failedUpload('trip/day 1.jpg');
    await stack.sendTo('deadIngest', 'no JSON');
    await stack.deliver('deadIngest');

    const listed = await onStack(['failed', 'list', '--json']);
    expect([listed.status, listed.stderr]).toEqual([0, '']);
    const failures = listed.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(failures).toMatchObject([
      { kind: 'run', id: imageId, what: 'trip/day 1.jpg', attempts: 1, code: 'DEAD_LETTER' },
      { kind: 'incident', code: 'UNREADABLE_MESSAGE', why: expect.stringContaining('expected JSON') },
    ]);

    const redriven = await whileWorking(onStack(['failed', 'redrive', '--all']));
    expect(redriven.stderr).toBe('COMPLETE  trip/day 1.jpg\n');
    expect([redriven.status, redriven.stdout]).toEqual([0, '1 message sent again\n']);
    const types = (await stack.eventsOf(imageId)).map(({ type, attempt }) => [type, attempt]);
    expect(types).toEqual([
      ['image.failed', 1],
      ['image.completed', 2],
    ]);
  });

  it('does not wait for ever, nor longer than it is told', async () => {
    const imageId = await failedUpload('slow.jpg');
    const redrive = ['failed', 'redrive', '--id', imageId.slice(0, 16), '--wait'];
    const unawaited = await onStack([...redrive, '0']);
    expect([unawaited.status, unawaited.stdout]).toEqual([0, '1 run reopened: they are being processed\n']);

    await stack.purge('ingest');
    const other = await failedUpload('slower.jpg');
    const awaited = await onStack(['failed', 'redrive', '--id', other, '--wait', '1']);
    expect(awaited.status).toBe(1);
    expect(awaited.stderr).toMatch(/1 run still under way after 1\.0 s/);
    await stack.purge('ingest');
  });

  it('ingests what the catalog does not know', async () => {
    const { imageId } = await stack.upload('without an event.jpg', await smallJpeg(2));
    const { status, stdout } = await onStack(['reconcile']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\d+ versions in the source bucket, 1 of them without a record\n1 task sent/);
    await stack.drain();
    expect(await stack.catalog.get(imageId)).toMatchObject({ state: 'COMPLETE' });
  });

  it('says in a sentence what is in the way', async () => {
    const none = {
      AWS_ACCESS_KEY_ID: '',
      AWS_SHARED_CREDENTIALS_FILE: '/nowhere',
      AWS_CONFIG_FILE: '/nowhere',
    };
    const list = ['failed', 'list'];
    const at = (name: string) => [...list, '--stack', name];
    const plain = (args: string[], env: NodeJS.ProcessEnv = {}) =>
      darkroom(args, tmpdir(), { ...stack.env, ...env });
    const results = await Promise.all([
      plain(at('Darkroom-prod')),
      onStack(list, none),
      onStack(list, { AWS_REGION: '' }),
      onStack([...list, '--data', 'somewhere']),
      onStack(list, { AWS_ENDPOINT_URL_CLOUDFORMATION: 'http://127.0.0.1:9' }),
    ]);
    stack.denied.add('cloudformation:ListStackResources');
    results.push(await onStack(list));
    stack.denied.clear();
    const expected: [number, RegExp][] = [
      [
        2,
        /expected a stack in eu-central-1, such as Darkroom-dev, received Darkroom-prod, and there is none/,
      ],
      [1, /There are no AWS credentials/],
      [2, /expected a region: set AWS_REGION/],
      [2, /expected either --stack or --data/],
      [1, /AWS could not be reached for cloudformation:ListStackResources \(ECONNREFUSED\)/],
      [1, /denies that .*need the permission cloudformation:ListStackResources/],
    ];
    for (const [index, { status, stdout, stderr }] of results.entries()) {
      const [wanted, sentence] = expected[index] ?? [0, /never/];
      expect(stderr).toMatch(sentence);
      expect([status, stdout]).toEqual([wanted, '']);
      expect(stderr).not.toMatch(/\n\s+at /);
    }
  });
});
