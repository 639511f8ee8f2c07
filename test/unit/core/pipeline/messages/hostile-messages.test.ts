import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TransientError, UnprocessableMessageError } from '../../../../../core/errors.ts';
import { IMAGE_QUEUES, imageIdOf, PREFIXES } from '../../../../../core/names.ts';
import { readMessage } from '../../../../../core/pipeline/messages/message.ts';
import {
  parseIngest,
  parsePart,
  partBody,
  resumeBody,
  uploadBody,
} from '../../../../../core/pipeline/messages/tasks.ts';
import type { ImageRecord } from '../../../../../core/pipeline/record.ts';
import { recordDeadLetter } from '../../../../../core/pipeline/record-dead-letter.ts';
import { handleMessage } from '../../../../support/handle-message.ts';
import { SETTINGS } from '../../../../support/simulated/settings.ts';
import { Harness } from '../harness.ts';

const IMAGE_ID = '0f'.repeat(32);

/** Text that has caused bugs: paths, NUL, right-to-left marks, invalid Unicode, JavaScript's own names, long text. */
const hostileText = fc.oneof(
  fc.constantFrom(
    '../../etc/passwd',
    '/etc/passwd',
    'C:\\Windows\\win.ini',
    '..\\..\\x.jpg',
    'a\0b.jpg',
    '\u202Egnp.exe',
    '\uD800',
    '__proto__',
    'constructor',
    'CON',
    '%2e%2e%2f',
    '%',
    '\u001B[2J',
    `${'ü'.repeat(512)}.jpg`,
    ' ',
    '.',
    '..',
    '',
  ),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

const anything = fc.oneof(
  hostileText,
  fc.jsonValue(),
  fc.constantFrom(
    -1,
    0,
    1e308,
    2 ** 53,
    0.5,
    null,
    true,
    [],
    {},
    '9999-12-31T23:59:60Z',
    '0000-00-00T00:00:00Z',
  ),
);

const source = {
  bucket: SETTINGS.sourceBucket,
  key: 'a.jpg',
  versionId: 'v',
  bytes: 1,
  modifiedAt: '2026-01-01T00:00:00Z',
};
const task = { imageId: IMAGE_ID, run: 1, attempt: 1 };
const s3Event = JSON.stringify({
  Records: [
    {
      eventSource: 'aws:s3',
      eventName: 'ObjectCreated:Put',
      eventTime: '2026-01-01T00:00:00.000Z',
      s3: {
        bucket: { name: SETTINGS.sourceBucket },
        object: { key: 'a+b.jpg', size: 1, eTag: 'e', versionId: 'v' },
      },
    },
  ],
});
const valid = [uploadBody(source), resumeBody(task), partBody({ ...task, variant: '90' }), s3Event];

/** A valid message with some values replaced. */
const mutated = fc
  .record({
    body: fc.constantFrom(...valid),
    changes: fc.array(fc.tuple(fc.nat(30), anything), { minLength: 1, maxLength: 3 }),
  })
  .map(({ body, changes }) => {
    const message: unknown = JSON.parse(body);
    for (const [place, value] of changes) setAt(message, place, value);
    return JSON.stringify(message);
  });

const bodies = fc.oneof(mutated, fc.json(), fc.string(), fc.constantFrom(...valid), hostileText);

/** Replaces the value at one place of the message, counted from the outermost. */
function setAt(message: unknown, place: number, value: unknown): void {
  const places: [parent: Record<string, unknown>, name: string][] = [];
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const name of Object.keys(node)) {
      places.push([node as Record<string, unknown>, name]);
      walk((node as Record<string, unknown>)[name]);
    }
  };
  walk(message);
  const [parent, name] = places[place % places.length] ?? [];
  if (parent && name !== undefined) parent[name] = value;
}

function expectExplained(error: unknown): void {
  expect(error instanceof UnprocessableMessageError || error instanceof TransientError, String(error)).toBe(
    true,
  );
  expectPlain((error as Error).message);
}

/** Fit for a person: not empty, no stack, not the whole message again. */
function expectPlain(message: string): void {
  expect(message).not.toBe('');
  expect(message).not.toMatch(/\n\s+at |node_modules|\.ts:\d/);
  expect(message.length).toBeLessThan(2000);
}

describe('parsing', () => {
  it.each([
    ['parseIngest', parseIngest],
    ['parsePart', parsePart],
  ])('%s reads a message or says why it can not', (_, parse) => {
    fc.assert(
      fc.property(bodies, (body) => {
        try {
          parse(body);
        } catch (error) {
          expect(error).toBeInstanceOf(UnprocessableMessageError);
          expectPlain((error as Error).message);
        }
      }),
      { numRuns: 1500 },
    );
  });
});

describe('the use cases', () => {
  it.each(IMAGE_QUEUES)(
    'do what a message of %s asks for, or throw what the queue understands',
    async (queue) => {
      await fc.assert(
        fc.asyncProperty(bodies, async (body) => {
          const harness = new Harness();
          await harness.upload('a.jpg');
          try {
            await handleMessage(harness.ports, queue, body);
          } catch (error) {
            expectExplained(error);
          }
          expectOnlyOurKeys(harness);
        }),
        { numRuns: 600 },
      );
    },
  );

  it('make a FAILED run or an unprocessable message of whatever is given up', async () => {
    await fc.assert(
      fc.asyncProperty(bodies, fc.constantFrom(...IMAGE_QUEUES), async (body, queue) => {
        const harness = new Harness();
        const records = await recordDeadLetter(harness.ports, readMessage(queue, body));
        for (const { reason } of records) if (reason) expectPlain(reason.message);
        for await (const { reason } of harness.catalog.unprocessableMessages()) {
          expect(reason.code).toBe('UNPROCESSABLE_MESSAGE');
          expectPlain(reason.message);
        }
      }),
      { numRuns: 600 },
    );
  });

  it('process an object whatever its key is, and write only under our prefixes', async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, hostileText, async (key, recipe) => {
        fc.pre(key !== '' && !key.endsWith('/') && key.isWellFormed());
        const harness = new Harness();
        const uploaded = await harness.upload(key, 'good upload', { recipe });
        await harness.notify(uploaded);
        await harness.workToTheEnd();
        const record = await harness.catalog.get(imageIdOf(uploaded));
        expect(record).toMatchObject({ state: 'REJECTED', reason: { code: 'UNKNOWN_RECIPE' } });
        expectPlain(reasonOf(record));

        const plain = await harness.upload(key, 'good upload 2');
        await harness.notify(plain);
        await harness.workToTheEnd();
        expect(await harness.record(plain)).toMatchObject({ state: 'COMPLETE' });
        expect(harness.outputKeys().length).toBeGreaterThanOrEqual(5);
        expectOnlyOurKeys(harness);
      }),
      { numRuns: 200 },
    );
  });
});

describe("S3's other events", () => {
  it.each([
    ['the test event', { Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'b', Time: 't' }],
    ['a deletion', eventNamed('ObjectRemoved:Delete', 'a.jpg')],
    ['a delete marker', eventNamed('ObjectRemoved:DeleteMarkerCreated', 'a.jpg')],
    ['an expiry', eventNamed('LifecycleExpiration:Delete', 'a.jpg')],
    ['a folder', eventNamed('ObjectCreated:Put', 'folder/')],
  ])('%s asks for nothing', async (_, event) => {
    const harness = new Harness();
    expect(await handleMessage(harness.ports, 'ingest', JSON.stringify(event))).toEqual([]);
  });

  it('an object that was deleted since is rejected, with a message', async () => {
    const harness = new Harness();
    const [record] = await handleMessage(harness.ports, 'ingest', s3Event);
    expect(record).toMatchObject({ state: 'REJECTED', reason: { code: 'SOURCE_NOT_FOUND' } });
    expectPlain(reasonOf(record));
  });
});

function eventNamed(eventName: string, key: string) {
  const event = JSON.parse(s3Event);
  event.Records[0].eventName = eventName;
  event.Records[0].s3.object.key = key;
  return event;
}

function reasonOf(record: ImageRecord | undefined): string {
  return record?.reason?.message ?? '';
}

/** S3 takes keys of at most 1,024 bytes. */
function expectOnlyOurKeys(harness: Harness): void {
  for (const key of harness.outputKeys()) {
    expect(
      Object.values(PREFIXES).some((prefix) => key.startsWith(prefix)),
      key,
    ).toBe(true);
    expect(Buffer.byteLength(key)).toBeLessThanOrEqual(1024);
  }
}
