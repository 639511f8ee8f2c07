import { describe, expect, it } from 'vitest';
import { UnprocessableMessageError } from '../../../../../core/errors.ts';
import {
  parseIngest,
  parsePart,
  partBody,
  resumeBody,
  uploadBody,
} from '../../../../../core/pipeline/messages/tasks.ts';

const imageId = '0f'.repeat(32);
const source = {
  bucket: 'photos',
  key: 'a/b.jpg',
  versionId: 'v1',
  etag: 'e',
  bytes: 12,
  modifiedAt: '2026-01-02T03:04:05.000Z',
};

function s3Event(object: object, eventName = 'ObjectCreated:Put'): string {
  const record = {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    eventName,
    eventTime: '2026-01-02T03:04:05.000Z',
    s3: { bucket: { name: 'photos', arn: 'arn:aws:s3:::photos' }, object },
  };
  return JSON.stringify({ Records: [record] });
}

function thrownBy(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('expected an error');
}

describe('parseIngest', () => {
  it("reads S3's event, its key decoded", () => {
    const object = {
      key: 'a%2Bb/Gr%C3%BC%C3%9Fe+100%25.jpg',
      size: 12,
      eTag: 'e',
      versionId: 'v1',
      sequencer: '00',
    };
    expect(parseIngest(s3Event(object))).toEqual([
      { type: 'upload', source: { ...source, key: 'a+b/Grüße 100%.jpg' } },
    ]);
  });

  it('calls the version of an unversioned bucket "null"', () => {
    expect(parseIngest(s3Event({ key: 'b.jpg', size: 1, eTag: 'e' }))).toMatchObject([
      { source: { versionId: 'null', etag: 'e' } },
    ]);
  });

  it('has no ETag where the event has none', () => {
    const [task] = parseIngest(s3Event({ key: 'b.jpg', size: 1, versionId: 'v1' }));
    expect(task).not.toHaveProperty('source.etag');
  });

  it('shows the start of what is no JSON, and keeps the cause', () => {
    const body = `{"${'x'.repeat(200)}`;
    const error = thrownBy(() => parseIngest(body));
    expect(error.message).toBe(`expected JSON, received ${JSON.stringify(body.slice(0, 80))}`);
    expect(error.cause).toBeInstanceOf(SyntaxError);
    expect(thrownBy(() => parseIngest(s3Event({ key: '%E0%A4', size: 1 }))).cause).toBeInstanceOf(URIError);
  });

  it.each([
    ["S3's test event", JSON.stringify({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'photos' })],
    ['a folder marker', s3Event({ key: 'folder/', size: 0 })],
    ['a deletion', s3Event({ key: 'b.jpg' }, 'ObjectRemoved:Delete')],
    ['no records', JSON.stringify({ Records: [] })],
  ])('has nothing to do for %s', (_, body) => {
    expect(parseIngest(body)).toEqual([]);
  });

  it('reads back what uploadBody and resumeBody write', () => {
    expect(parseIngest(uploadBody(source))).toMatchObject([{ type: 'upload', source }]);
    const resume = { imageId, run: 2, attempt: 3 };
    expect(parseIngest(resumeBody(resume))).toMatchObject([{ type: 'resume', ...resume }]);
  });

  it.each([
    ['text', 'hello', /expected JSON, received "hello"/],
    ['null', 'null', /not a task of version 1/],
    [
      'a newer version',
      JSON.stringify({ version: 2, type: 'resume', imageId, run: 1, attempt: 1 }),
      /version/,
    ],
    ['an unknown type', JSON.stringify({ version: 1, type: 'dance' }), /type/],
    ['a bad id', resumeBody({ imageId: '../..', run: 1, attempt: 1 }), /imageId: expected 64 hex digits/],
    ['a bad percent code', s3Event({ key: '%E0%A4', size: 1 }), /percent-encoded key/],
  ])('refuses %s', (_, body, message) => {
    expect(() => parseIngest(body)).toThrow(UnprocessableMessageError);
    expect(() => parseIngest(body)).toThrow(message);
  });
});

describe('parsePart', () => {
  const task = { imageId, run: 1, attempt: 1, variant: '270' };

  it('reads back what partBody writes', () => {
    expect(parsePart(partBody(task))).toMatchObject(task);
  });

  it.each(['', 'x'.repeat(65)])('refuses the variant %j', (variant) => {
    expect(() => parsePart(partBody({ ...task, variant }))).toThrow(/variant/);
  });

  it('refuses a task of another queue', () => {
    expect(() => parsePart(resumeBody(task))).toThrow(UnprocessableMessageError);
  });
});
