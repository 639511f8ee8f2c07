import { SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TransientError } from '../../../../core/errors.ts';
import { sqsTaskQueue } from '../../../../lambdas/adapters/sqs-task-queue.ts';
import { stubAwsEnvironment } from '../../../support/emulators/aws-environment.ts';
import {
  jsonError,
  type ScriptedAnswer,
  type ScriptedServer,
  startScripted,
} from '../../../support/emulators/scripted-server.ts';

/** SQS's answer to a batch of which it refused the entries with those ids. */
function batchAnswer(...failedIds: string[]): ScriptedAnswer {
  const Failed = failedIds.map((Id) => ({ Id, Code: 'InternalError', SenderFault: false }));
  return { status: 200, body: JSON.stringify({ Successful: [], Failed }) };
}

describe('sqsTaskQueue', () => {
  let server: ScriptedServer;
  beforeEach(() => stubAwsEnvironment({}));
  afterEach(async () => {
    vi.unstubAllEnvs();
    await server.close();
  });

  async function queueWith(...script: ScriptedAnswer[]) {
    server = await startScripted(...script);
    const client = new SQSClient({ endpoint: server.url, maxAttempts: 1 });
    return sqsTaskQueue(client, {
      ingest: 'https://sqs.example.test/ingest',
      exports: 'https://sqs.example.test/exports',
      parts: 'https://sqs.example.test/parts',
    });
  }

  /** The bodies of each batch that was sent. */
  function batches(): string[][] {
    return server.requests.map((request) =>
      (JSON.parse(request).Entries as { MessageBody: string }[]).map(({ MessageBody }) => MessageBody),
    );
  }

  it('sends again only those entries of a batch that were refused', async () => {
    const queue = await queueWith(batchAnswer('1', '3'), batchAnswer('3'), batchAnswer());
    await queue.send('ingest', ['a', 'b', 'c', 'd']);
    expect(batches()).toEqual([['a', 'b', 'c', 'd'], ['b', 'd'], ['d']]);
  });

  it('is a transient error if a message is always refused', async () => {
    const queue = await queueWith(batchAnswer('0'));
    await expect(queue.send('parts', ['a', 'b'])).rejects.toThrow(TransientError);
    expect(batches()).toEqual([['a', 'b'], ['a'], ['a']]);
  });

  it('fills a batch with at most ten messages', async () => {
    const queue = await queueWith(batchAnswer());
    await queue.send(
      'ingest',
      Array.from({ length: 21 }, (_, n) => `${n}`),
    );
    expect(batches().map(({ length }) => length)).toEqual([10, 10, 1]);
  });

  it('fills a batch with at most 256 KB, counted in bytes', async () => {
    const queue = await queueWith(batchAnswer());
    await queue.send('ingest', ['ü'.repeat(64 * 1024), 'ü'.repeat(64 * 1024), 'a']);
    expect(batches().map(({ length }) => length)).toEqual([2, 1]);
  });

  it.each([jsonError(503, 'ServiceUnavailable'), jsonError(400, 'ThrottlingException')])(
    'is a transient error where SQS answers $status',
    async (answer) => {
      const queue = await queueWith(answer);
      await expect(queue.send('ingest', ['a'])).rejects.toThrow(TransientError);
      await expect(queue.backlog('ingest')).rejects.toThrow(TransientError);
    },
  );

  it('counts waiting, received and delayed messages', async () => {
    const Attributes = {
      ApproximateNumberOfMessages: '100',
      ApproximateNumberOfMessagesNotVisible: '20',
      ApproximateNumberOfMessagesDelayed: '3',
    };
    const queue = await queueWith({ status: 200, body: JSON.stringify({ Attributes }) });
    expect(await queue.backlog('parts')).toBe(123);
  });
});
