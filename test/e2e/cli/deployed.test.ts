import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { partBody } from '../../../core/pipeline/messages/tasks.ts';
import { darkroom, type Ended, ended, printed, smallJpeg, startDarkroom } from '../../support/programs.ts';
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

/** Runs the command while the functions are at work. */
async function whileWorking(command: Promise<Ended>): Promise<Ended> {
  let hasEnded = false;
  const result = command.finally(() => {
    hasEnded = true;
  });
  while (!hasEnded) await stack.drain();
  return result;
}

/** An image one of whose rotations failed. */
async function failedUpload(key: string): Promise<string> {
  const { imageId, body } = await stack.upload(key, await smallJpeg(1));
  await stack.sendTo('ingest', body);
  await stack.deliver('ingest');
  await stack.purge('parts');
  await stack.sendTo('deadParts', partBody({ imageId, run: 1, attempt: 1, variant: '90' }));
  await stack.deliver('deadParts');
  expect(await stack.catalog.get(imageId)).toMatchObject({ state: 'FAILED' });
  return imageId;
}

/** A line of the functions' log. */
function loggedError(message: string, imageId: string | undefined): string {
  const error = { name: 'TransientError', location: 'file:1', message, stack: '…' };
  return JSON.stringify({ level: 'ERROR', message: 'failed', service: 'processor', imageId, error });
}

describe('the command on a deployment', () => {
  it('lists failures, and redrives them to their end', async () => {
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
      {
        kind: 'run',
        imageId,
        source: { key: 'trip/day 1.jpg' },
        attempt: 1,
        reason: { code: 'DEAD_LETTER' },
      },
      {
        kind: 'unprocessable',
        reason: { code: 'UNPROCESSABLE_MESSAGE', message: expect.stringContaining('expected JSON') },
      },
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

  it('does not wait forever, nor longer than the user asked', async () => {
    const imageId = await failedUpload('slow.jpg');
    const redrive = ['failed', 'redrive', '--id', imageId.slice(0, 16), '--wait'];
    const unawaited = await onStack([...redrive, '0']);
    expect([unawaited.status, unawaited.stdout]).toEqual([0, '1 run reopened: they are being processed\n']);

    await stack.purge('ingest');
    const other = await failedUpload('slower.jpg');
    const awaited = await onStack(['failed', 'redrive', '--id', other, '--wait', '1']);
    expect(awaited.status).toBe(1);
    expect(awaited.stderr).toMatch(/1 run still in progress after 1\.0 s/);
    await stack.purge('ingest');
  });

  it('ingests uploads that the catalog does not know', async () => {
    const { imageId } = await stack.upload('without an event.jpg', await smallJpeg(2));
    const { status, stdout } = await onStack(['reconcile']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\d+ versions in the source bucket, 1 of them without a record\n1 task sent/);
    await stack.drain();
    expect(await stack.catalog.get(imageId)).toMatchObject({ state: 'COMPLETE' });
  });

  it('shows the state of the deployment', async () => {
    const imageId = await failedUpload('broken.jpg');
    await stack.deliver('deadIngest');
    await stack.sendTo('parts', 'waits');
    await stack.sendTo('deadParts', 'is dead');
    stack.functionOf('processor').log = [
      'REPORT RequestId: 1 Duration: 99 ms ERROR is no level here',
      loggedError('S3 could not answer for now (SlowDown).', imageId),
      loggedError('S3 could not answer for now (SlowDown).', undefined),
      '2026-11-20T10:31:02.000Z 1b Task timed out after 60.00 seconds',
    ];
    stack.functionOf('sweeper').state = 'Failed';
    const alarm = (name: string, state: 'ALARM' | 'OK') => ({ name, state, description: `About ${name}.` });
    stack.alarms.push(
      alarm(`${STACK}-failures`, 'ALARM'),
      alarm(`${STACK}-queue-age-ingest`, 'OK'),
      alarm(`${STACK}-unprocessable-messages`, 'ALARM'),
      alarm('Others-failures', 'ALARM'),
    );

    const { status, stdout, stderr } = await onStack(['status']);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`${STACK} in eu-central-1: UPDATE_COMPLETE since 2026-11-20 10:30\n`);
    const ringing = `unprocessable-messages  2026-11-20 10:01  About ${STACK}-unprocessable-messages.\nfailures                2026-11-20 10:00  About ${STACK}-failures.`;
    expect(stdout).toContain(`\n${ringing}\n\nqueue `);
    expect(stdout).toMatch(/\ningest +0 +0 +0 +0\nparts +1 +0 +0 +1\n/);
    expect(stdout).toMatch(/\nprocessor +Active +Successful +2048 MB +2026-11-20 10:31\n/);
    expect(stdout).toMatch(/\nsweeper +Failed /);
    expect(stdout).toMatch(/ broken\.jpg +DEAD_LETTER +The parts queue gave up/);
    expect(stdout).toContain(`see: darkroom failed list --stack ${STACK}\n`);
    const image = imageId.slice(0, 12);
    const slowDown = new RegExp(` 2 +..:..:.. +processor +${image} +S3 could not answer for now`);
    expect(stdout).toMatch(slowDown);
    expect(stdout).toMatch(/ 1 +..:..:.. +processor +– +Task timed out after 60\.00 seconds\n/);
    expect(stdout).not.toContain('no level');
    await stack.purge('parts');
  });

  it('shows the rest if the logs may not be read, as JSON, again and again until Ctrl-C', async () => {
    for (const action of ['logs:FilterLogEvents', 'cloudwatch:DescribeAlarms']) stack.denied.add(action);
    const args = ['status', '--stack', STACK, '--json', '--watch', '--every', '1'];
    const command = startDarkroom(args, tmpdir(), stack.env);
    const end = ended(command);
    await printed(command, '\n{');
    command.kill('SIGINT');
    const { status, stdout, stderr } = await end;
    stack.denied.clear();
    expect([status, stderr]).toEqual([0, '']);
    for (const line of stdout.trimEnd().split('\n')) {
      const { stack: info, queues, alarmsUnknown, errorsUnknown } = JSON.parse(line);
      expect(info).toMatchObject({ name: STACK, region: 'eu-central-1', status: 'UPDATE_COMPLETE' });
      expect(queues).toHaveLength(3);
      expect(alarmsUnknown).toMatch(/need the permission cloudwatch:DescribeAlarms/);
      expect(errorsUnknown).toMatch(/need the permission logs:FilterLogEvents/);
    }
  });

  it('explains what is wrong', async () => {
    const list = ['failed', 'list'];
    const other = await darkroom([...list, '--stack', 'Darkroom-prod'], tmpdir(), stack.env);
    stack.denied.add('lambda:GetFunctionConfiguration');
    const denied = await onStack(list);
    stack.denied.clear();
    expect(other).toEqual({
      status: 2,
      stdout: '',
      stderr:
        'darkroom: --stack: expected a stack in eu-central-1, such as Darkroom-dev, received Darkroom-prod, ' +
        'which does not exist\n',
    });
    expect(denied).toEqual({
      status: 1,
      stdout: '',
      stderr:
        'darkroom: AWS denies that to these credentials (AccessDeniedException). ' +
        'They need the permission lambda:GetFunctionConfiguration.\n',
    });
  });
});
