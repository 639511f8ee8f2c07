import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { imageIdOf } from '../../../core/names.ts';
import { completionEventSchema } from '../../../core/pipeline/messages/completion.ts';
import { partBody } from '../../../core/pipeline/messages/tasks.ts';
import { FORBIDDEN_PREFIX } from '../../support/emulators/s3-server.ts';
import {
  type Deployment,
  loadSources,
  OUTPUTS,
  SOURCE,
  startDeployment,
  type Upload,
} from '../../support/lambdas/deployment.ts';
import { invocationContext, s3Event, sqsEvent } from '../../support/lambdas/events.ts';

const INGEST_ARN = 'arn:aws:sqs:eu-central-1:000000000000:ingest';
const PARTS_ARN = 'arn:aws:sqs:eu-central-1:000000000000:rotation';

let deployment: Deployment;
let photo: Buffer;

beforeAll(async () => {
  photo = await sharp({ create: { width: 60, height: 40, channels: 3, background: '#c04020' } })
    .jpeg()
    .toBuffer();
  deployment = await startDeployment(loadSources);
});
afterAll(() => deployment.close());

/** The logs and metrics of the functions. */
const lines: Record<string, unknown>[] = [];
beforeEach(() => {
  lines.length = 0;
  for (const method of ['log', 'info', 'warn', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation((line) => lines.push(JSON.parse(String(line))));
  }
});
afterEach(() => vi.restoreAllMocks());

/** Passes bodies to the processor as one batch, with the message ids 0, 1, … */
function ingest(...bodies: string[]) {
  const messages = bodies.map((body, n) => ({ messageId: String(n), body }));
  return deployment.functions.processor(sqsEvent(INGEST_ARN, messages), invocationContext('processor'));
}

function rotate(...bodies: string[]) {
  const messages = bodies.map((body, n) => ({ messageId: String(n), body }));
  return deployment.functions.parts(sqsEvent(PARTS_ARN, messages), invocationContext('parts'));
}

async function uploaded(
  key: string,
  content = photo,
  metadata: Record<string, string> = {},
): Promise<Upload> {
  return deployment.upload(key, content, metadata);
}

async function stateOf({ imageId }: Upload): Promise<string | undefined> {
  return (await deployment.catalog.get(imageId))?.state;
}

async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('from an upload to its completion message', () => {
  it('writes every output, completes the run and publishes it once, with links that work', async () => {
    const upload = await uploaded('uploads/ann/holiday/Ärger & Söhne a+b 100%.jpg');
    expect(await ingest(upload.body)).toEqual({ batchItemFailures: [] });
    expect(await stateOf(upload)).toBe('FANNED_OUT');
    await deployment.drain();

    const record = await deployment.catalog.get(upload.imageId);
    expect(record).toMatchObject({ state: 'COMPLETE', owner: 'ann', attempt: 1 });
    expect(record).not.toHaveProperty('dueAt');
    const [event, ...more] = await deployment.eventsOf(upload.imageId);
    expect(more).toEqual([]);
    const { type, outputs } = completionEventSchema.parse(event);
    expect(type).toBe('image.completed');
    expect(outputs.map(({ variant }) => variant)).toEqual(['processed', '90', '180', '270', '360']);
    for (const { key, url, bytes, urlExpiresAt } of outputs) {
      const stored = await deployment.objects.read({ bucket: OUTPUTS, key });
      const fetched = Buffer.from(await (await fetch(url)).arrayBuffer());
      expect(fetched.equals(stored ?? Buffer.alloc(0))).toBe(true);
      expect(fetched).toHaveLength(bytes);
      expect(await sharp(fetched).metadata()).toMatchObject({ format: 'jpeg', width: 256, height: 256 });
      expect(Date.parse(urlExpiresAt ?? '')).toBeGreaterThan(Date.now() + 3_500_000);
    }
    expect(outputs[0]?.key).toMatch(
      /^processed\/uploads\/ann\/holiday\/Ärger & Söhne a\+b 100%_256x256_[0-9a-f]{16}\.jpg$/,
    );
  });

  it('reaches a subscriber with the attributes for filters', async () => {
    const upload = await uploaded('uploads/bob/filtered.jpg', photo, { recipe: 'thumbnail' });
    await ingest(upload.body);
    await deployment.drain();
    const notification = (await deployment.notifications()).find(
      ({ Message }) => JSON.parse(Message).imageId === upload.imageId,
    );
    expect(notification?.MessageAttributes).toEqual({
      type: { Type: 'String', Value: 'image.completed' },
      recipe: { Type: 'String', Value: 'thumbnail' },
      owner: { Type: 'String', Value: 'bob' },
    });
  });

  it('processes an upload once, however often its event comes', async () => {
    const upload = await uploaded('repeated.jpg');
    for (let n = 0; n < 3; n++) await ingest(upload.body);
    await deployment.drain();
    expect(await ingest(upload.body)).toEqual({ batchItemFailures: [] });
    await deployment.drain();
    expect(await stateOf(upload)).toBe('COMPLETE');
    const ids = (await deployment.eventsOf(upload.imageId)).map(({ eventId }) => eventId);
    expect(new Set(ids).size).toBe(1);
    const keys = new Set<string>();
    for await (const { key } of deployment.objects.versions(OUTPUTS)) {
      if (key.includes(upload.imageId.slice(0, 16))) keys.add(key);
    }
    // The five outputs; the intermediate and the thumbnail under the whole id.
    expect(keys.size).toBe(7);
  });

  it('ignores the test event, a folder and a deletion', async () => {
    const folder = s3Event({ bucket: SOURCE, key: 'folder/', versionId: 'v', size: 0 });
    const deletion = folder.replace('folder/', 'gone.jpg').replace('Created:Put', 'Removed:Delete');
    const test = JSON.stringify({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: SOURCE });
    expect(await ingest(test, folder, deletion)).toEqual({ batchItemFailures: [] });
    expect(await deployment.catalog.get(imageIdOf({ bucket: SOURCE, key: 'gone.jpg', versionId: 'v' }))).toBe(
      undefined,
    );
  });

  it('rejects a file that is not an image, with its code, and acknowledges the message', async () => {
    const upload = await uploaded('letter.jpg', Buffer.from('Dear Sir or Madam, this is no image at all.'));
    expect(await ingest(upload.body)).toEqual({ batchItemFailures: [] });
    const [event] = await deployment.eventsOf(upload.imageId);
    expect(event).toMatchObject({ type: 'image.rejected', outputs: [], quality: null });
    expect(event?.reason).toMatchObject({ code: 'UNSUPPORTED_FORMAT' });
    expect(await stateOf(upload)).toBe('REJECTED');
  });

  it('rejects an upload that is deleted before it is read', async () => {
    const body = s3Event({ bucket: SOURCE, key: 'gone before.jpg', versionId: 'ab'.repeat(16), size: 1 });
    expect(await ingest(body)).toEqual({ batchItemFailures: [] });
    const imageId = imageIdOf({ bucket: SOURCE, key: 'gone before.jpg', versionId: 'ab'.repeat(16) });
    expect((await deployment.catalog.get(imageId))?.reason?.code).toBe('SOURCE_NOT_FOUND');
  });
});

describe('messages that fail', () => {
  it('fail alone: the rest of the batch succeeds', async () => {
    const upload = await uploaded('partial.jpg');
    await ingest(upload.body);
    await deployment.purge('parts');
    const task = (variant: string) => partBody({ imageId: upload.imageId, run: 1, attempt: 1, variant });
    const newer = JSON.stringify({ version: 2, type: 'part', imageId: upload.imageId });
    expect(await rotate(task('90'), 'no JSON', task('180'), newer, task('270'))).toEqual({
      batchItemFailures: [{ itemIdentifier: '1' }, { itemIdentifier: '3' }],
    });
    expect(await stateOf(upload)).toBe('COMPLETE');
  });

  it('come again if S3 refuses access, which does not count as a missing object', async () => {
    const source = { bucket: SOURCE, key: `${FORBIDDEN_PREFIX}a.jpg`, versionId: 'v1' };
    const body = s3Event({ ...source, size: 10 });
    expect(await ingest(body)).toEqual({ batchItemFailures: [{ itemIdentifier: '0' }] });
    const imageId = imageIdOf(source);
    expect(await deployment.catalog.get(imageId)).toMatchObject({ state: 'RECEIVED', startCount: 0 });
    expect(lines).toContainEqual(
      expect.objectContaining({
        level: 'ERROR',
        imageId,
        messageId: '0',
        receives: '1',
        error: expect.objectContaining({ stack: expect.anything() }),
      }),
    );
    expect(lines).toContainEqual(expect.objectContaining({ MessagesFailed: 1 }));
  });

  it('leave no image id in the log of the next message', async () => {
    const upload = await uploaded('logged.jpg', photo, { recipe: 'thumbnail' });
    await ingest(upload.body, 'no JSON');
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'INFO', imageId: upload.imageId, state: 'COMPLETE' }),
    );
    const failure = lines.find(({ level }) => level === 'ERROR');
    expect(failure).toMatchObject({ messageId: '1' });
    expect(failure).not.toHaveProperty('imageId');
  });
});

describe('the recorder', () => {
  it('stores an unreadable dead-letter message as unprocessable, and deletes it', async () => {
    const body = JSON.stringify({ version: 99, type: 'enlarge' });
    await deployment.sendTo('ingest', body);
    for (let receives = 0; receives < 5; receives++) {
      expect((await deployment.deliver('ingest')).failed).toEqual([body]);
    }
    expect(await deployment.deliver('ingest')).toEqual({ received: 0, failed: [] });

    expect(await deployment.deliver('deadIngest')).toEqual({ received: 1, failed: [] });
    expect(await deployment.deliver('deadIngest')).toEqual({ received: 0, failed: [] });
    const unprocessableMessages = await collected(deployment.catalog.unprocessableMessages());
    expect(unprocessableMessages).toContainEqual(expect.objectContaining({ queue: 'ingest', body }));
    expect(lines).toContainEqual(expect.objectContaining({ UnprocessableMessages: 1 }));
  });

  it('ends the run of a dead-letter message as FAILED, with the reason, and publishes that', async () => {
    const upload = await uploaded('failing.jpg');
    await ingest(upload.body);
    await deployment.purge('parts');
    const deadLetter = partBody({ imageId: upload.imageId, run: 1, attempt: 1, variant: '90' });
    await deployment.sendTo('deadParts', deadLetter);
    expect(await deployment.deliver('deadParts')).toEqual({ received: 1, failed: [] });

    const record = await deployment.catalog.get(upload.imageId);
    expect(record).toMatchObject({ state: 'FAILED', reason: { code: 'DEAD_LETTER', worker: 'parts' } });
    expect(await deployment.eventsOf(upload.imageId)).toMatchObject([{ type: 'image.failed' }]);
    expect(await collected(deployment.catalog.failed())).toContain(upload.imageId);
    expect(lines).toContainEqual(expect.objectContaining({ ImagesFailed: 1, imageId: upload.imageId }));
  });

  it('fails a message of an unknown queue', async () => {
    const messages = [{ messageId: 'm', body: '{}' }];
    const event = sqsEvent('arn:aws:sqs:eu-central-1:000000000000:other', messages);
    const answer = await deployment.functions.recorder(event, invocationContext('recorder'));
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm' }] });
  });
});

describe('a batch', () => {
  it('with an entry that is not an SQS message fails only that entry', async () => {
    const upload = await uploaded('beside something strange.jpg');
    const event = sqsEvent(INGEST_ARN, [{ messageId: 'good', body: upload.body }]);
    const strange = { messageId: 'strange', body: 7 };
    const records = [...event.Records, strange as unknown as (typeof event.Records)[number]];
    const answer = await deployment.functions.processor({ Records: records }, invocationContext('processor'));
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'strange' }] });
    expect(await stateOf(upload)).toBe('FANNED_OUT');
  });
});

describe('the scheduled functions', () => {
  it('the sweeper repairs a run whose message was lost', async () => {
    const upload = await uploaded('lost.jpg');
    await ingest(upload.body);
    await deployment.purge('parts');
    const report = await deployment.functions.sweeper({}, invocationContext('sweeper'));
    expect(report.repaired).toBeGreaterThanOrEqual(1);
    expect(lines).toContainEqual(expect.objectContaining({ SweeperRepaired: report.repaired }));
    await deployment.drain();
    expect(await stateOf(upload)).toBe('COMPLETE');
  });

  it('the reconciler ingests an upload without a record, once', async () => {
    const upload = await uploaded('unheard of.jpg');
    const reconcile = () => deployment.functions.reconciler({}, invocationContext('reconciler'));
    // The reconciler ignores a version in its first millisecond.
    const report = await vi.waitFor(async () => {
      const found = await reconcile();
      expect(found.ingested).toBe(1);
      return found;
    });
    await deployment.drain();
    expect(await stateOf(upload)).toBe('COMPLETE');
    expect(await reconcile()).toEqual({ versions: report.versions, ingested: 0 });
  });
});
