import { describe, expect, it, vi } from 'vitest';
import { UnprocessableMessageError } from '../../../../../core/errors.ts';
import { imageIdOf } from '../../../../../core/names.ts';
import { forEachTask, imageIdsIn, readMessage } from '../../../../../core/pipeline/messages/message.ts';
import { partBody, resumeBody, uploadBody } from '../../../../../core/pipeline/messages/tasks.ts';
import { receivedRecord } from '../../../../support/record-factory.ts';

const imageId = '0f'.repeat(32);
const { source } = receivedRecord(imageId);

describe('a message', () => {
  it.each([
    ['ingest', uploadBody(source), imageIdOf(source)],
    ['ingest', resumeBody({ imageId, run: 1, attempt: 2 }), imageId],
    ['parts', partBody({ imageId, run: 1, attempt: 1, variant: '90' }), imageId],
  ] as const)('of the queue %s names the image that it is about: %.40s', (queue, body, id) => {
    const message = readMessage(queue, body);
    expect(message).toMatchObject({ queue, body });
    expect(imageIdsIn(message)).toEqual([id]);
  });

  it('that nobody can read has no tasks and names no image', () => {
    const message = readMessage('parts', resumeBody({ imageId, run: 1, attempt: 1 }));
    expect(message.error).toBeInstanceOf(UnprocessableMessageError);
    expect(message.tasks).toEqual([]);
    expect(imageIdsIn(message)).toEqual([]);
  });
});

describe('the tasks of a message', () => {
  const events = JSON.stringify({
    Records: ['a.jpg', 'b.jpg'].map((key) => ({
      eventSource: 'aws:s3',
      eventName: 'ObjectCreated:Put',
      eventTime: '2026-01-02T03:04:05.000Z',
      s3: { bucket: { name: 'photos' }, object: { key, size: 1, eTag: 'e', versionId: 'v' } },
    })),
  });

  it('are done one after the other', async () => {
    const log: string[] = [];
    const records = await forEachTask(readMessage('ingest', events), async (task) => {
      const key = task.type === 'upload' ? task.source.key : '';
      log.push(`begin ${key}`);
      await Promise.resolve();
      log.push(`end ${key}`);
      return receivedRecord(key);
    });
    expect(log).toEqual(['begin a.jpg', 'end a.jpg', 'begin b.jpg', 'end b.jpg']);
    expect(records.map((record) => record.imageId)).toEqual(['a.jpg', 'b.jpg']);
  });

  it('are not begun where the message can not be read', async () => {
    const work = vi.fn();
    await expect(forEachTask(readMessage('ingest', 'no JSON'), work)).rejects.toThrow(
      UnprocessableMessageError,
    );
    expect(work).not.toHaveBeenCalled();
  });
});
