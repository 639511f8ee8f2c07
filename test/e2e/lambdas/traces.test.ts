import { createSocket, type Socket } from 'node:dgram';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { ClientRequest } from 'node:http';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Deployment, loadSources, startDeployment } from '../../support/lambdas/deployment.ts';

const { TRACE_ID, INVOCATION_ID } = vi.hoisted(() => {
  const ids = { TRACE_ID: '1-66e1a2b3-0123456789abcdef01234567', INVOCATION_ID: 'fedcba9876543210' };
  // As on Lambda. X-Ray's SDK looks at its environment when it is loaded.
  process.env.LAMBDA_TASK_ROOT = '/var/task';
  process.env.AWS_EXECUTION_ENV = 'AWS_Lambda_nodejs24.x';
  process.env._X_AMZN_TRACE_ID = `Root=${ids.TRACE_ID};Parent=${ids.INVOCATION_ID};Sampled=1`;
  return ids;
});

/** A part of a trace, as X-Ray's daemon receives it. */
interface Subsegment {
  id: string;
  name: string;
  trace_id: string;
  parent_id: string;
  annotations?: { imageId?: string };
  aws?: { operation?: string };
}

describe('the traces of an image', () => {
  const sent: Subsegment[] = [];
  /** Headers of requests to AWS by `x-amz-target`, if they have one. */
  const headers = new Map<string, string[]>();
  let daemon: Socket;
  let deployment: Deployment;
  let imageId: string;

  const keep = (message: unknown) => {
    const { request } = message as { request: ClientRequest };
    const target = String(request.getHeader('x-amz-target') ?? '');
    const header = String(request.getHeader('x-amzn-trace-id') ?? '');
    headers.set(target, [...(headers.get(target) ?? []), header]);
  };

  beforeAll(async () => {
    for (const method of ['log', 'info'] as const) vi.spyOn(console, method).mockImplementation(() => {});
    daemon = createSocket('udp4').on('message', (message) => {
      const [, subsegment = ''] = message.toString().split('\n');
      sent.push(JSON.parse(subsegment));
    });
    daemon.bind(0, '127.0.0.1');
    await once(daemon, 'listening');
    deployment = await startDeployment(async () => {
      const functions = await loadSources();
      const { tracer } = await import('../../../lambdas/runtime/observability.ts');
      tracer.provider.setDaemonAddress(`127.0.0.1:${daemon.address().port}`);
      return functions;
    });
    const photo = await sharp({ create: { width: 60, height: 40, channels: 3, background: '#c04020' } })
      .jpeg()
      .toBuffer();
    const upload = await deployment.upload('traced.jpg', photo);
    imageId = upload.imageId;
    await deployment.sendTo('ingest', upload.body);
    subscribe('http.client.request.start', keep);
    await deployment.drain();
    unsubscribe('http.client.request.start', keep);
    // One for the upload, and one for each rotation except 360, which is a copy.
    await vi.waitFor(() => expect(messages()).toHaveLength(4));
  });
  afterAll(async () => {
    vi.restoreAllMocks();
    await deployment.close();
    daemon.close();
  });

  const messages = () => sent.filter(({ name }) => name === 'message');

  /** The calls during the work on a message, in order. */
  function callsIn({ id }: Subsegment): string[] {
    return sent
      .filter(({ parent_id }) => parent_id === id)
      .map(({ name, aws }) => `${name} ${aws?.operation ?? ''}`);
  }

  it("are found by the image's id, which every message's subsegment has as its annotation", () => {
    for (const message of messages()) {
      expect(message).toMatchObject({
        trace_id: TRACE_ID,
        parent_id: INVOCATION_ID,
        annotations: { imageId },
      });
    }
  });

  it('show every call to AWS during the work on a message, from reading the upload to publishing the end', () => {
    const calls = messages().map(callsIn);
    expect(calls[0]).toEqual(
      expect.arrayContaining(['S3 GetObject', 'S3 PutObject', 'SQS SendMessageBatch']),
    );
    const publishing = calls.filter((names) => names.includes('SNS Publish'));
    expect(publishing).toHaveLength(1);
    for (const names of calls) expect(names).toContain('DynamoDB UpdateItem');
    // Signing a link makes no call.
    expect(publishing[0]?.filter((name) => name === 'S3 GetObject')).toHaveLength(1);
  });

  it('continue in the functions that receive the messages: SQS keeps the header of the request', () => {
    const { id } = sent.find(({ aws }) => aws?.operation === 'SendMessageBatch') ?? {};
    expect(headers.get('AmazonSQS.SendMessageBatch')).toEqual([`Root=${TRACE_ID};Parent=${id};Sampled=1`]);
  });

  it('continue at the subscribers: SNS passes on the header of the request', () => {
    const { id } = sent.find(({ name }) => name === 'SNS') ?? {};
    // SNS's protocol has no target.
    expect(headers.get('')).toContain(`Root=${TRACE_ID};Parent=${id};Sampled=1`);
  });

  it('do not appear in links, which would then fail for everybody else', async () => {
    const [event] = await deployment.eventsOf(imageId);
    expect(event?.outputs).toHaveLength(5);
    for (const { url } of event?.outputs ?? []) {
      expect(new URL(url).searchParams.get('X-Amz-SignedHeaders')).toBe('host');
      expect((await fetch(url)).status).toBe(200);
    }
  });
});
