import { describe, expect, it, vi } from 'vitest';
import { countsOf } from '../../../../cli/cost/per-image.ts';
import { endedMessage } from '../../../../core/pipeline/messages/ended-message.ts';
import { type LiveMessage, liveMessage, liveMessageSchema } from '../../../../core/pipeline/messages/live.ts';
import { uploadBody } from '../../../../core/pipeline/messages/tasks.ts';
import { reportProgress } from '../../../../core/pipeline/report-progress.ts';
import type { Progress } from '../../../../core/ports.ts';
import { findRecipe, recipeBook } from '../../../../core/recipe.ts';
import { handleMessage } from '../../../support/handle-message.ts';
import { Harness } from './harness.ts';

const hangs: Progress = { publish: () => new Promise(() => {}) };
const rejects: Progress = { publish: () => Promise.reject(new Error('no topic')) };
const throws: Progress = {
  publish: () => {
    throw new Error('no topic');
  },
};

function recorder() {
  const messages: LiveMessage[] = [];
  return {
    messages,
    progress: { publish: async (message) => void messages.push(message) } satisfies Progress,
  };
}

async function processed(progress: Progress, text?: string) {
  const harness = new Harness({ progress });
  const source = await harness.upload('in/photo.jpg', text);
  await harness.notify(source);
  await harness.workToTheEnd();
  return { harness, record: await harness.record(source) };
}

describe('watchers', () => {
  it('get each step, in messages that hold to their schema', async () => {
    const { messages, progress } = recorder();
    const { record } = await processed(progress);
    expect(record.state).toBe('COMPLETE');
    for (const message of messages) expect(liveMessageSchema.parse(message)).toEqual(message);
    expect(messages.map(({ state }) => state)).toEqual([
      'RECEIVED',
      'PROCESSING',
      'PROCESSING',
      ...(record.expected ?? []).slice(2).map(() => 'FANNED_OUT'),
    ]);
    expect(messages).toHaveLength(countsOf(findRecipe(recipeBook({}), 'augment').recipe).progressPublishes);
    const revisions = messages.map(({ revision }) => revision);
    expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
    expect(messages.at(-1)?.finished).toEqual(Object.keys(record.finished).sort());
  });

  it('read of an end what the record says', async () => {
    for (const text of ['good upload', 'corrupt']) {
      const { harness, record } = await processed(recorder().progress, text);
      const [event] = harness.publisher.events;
      if (!event) throw new Error('expected an event');
      // Only the mark that the end is published comes after it.
      expect(endedMessage(event)).toEqual({
        ...liveMessage('image.ended', record),
        revision: record.revision - 1,
      });
    }
  });

  it('are told that a run came back for its intermediate', async () => {
    const { messages, progress } = recorder();
    const harness = new Harness({ progress });
    const source = await harness.upload('a.jpg');
    await handleMessage(harness.ports, 'ingest', uploadBody(source));
    for (const key of harness.outputKeys().filter((each) => each.startsWith('work/'))) {
      await harness.objects.delete({ bucket: harness.ports.settings.processedBucket, key });
    }
    await harness.workToTheEnd();
    expect((await harness.record(source)).state).toBe('COMPLETE');
    const received = messages.filter(({ state }) => state === 'RECEIVED');
    // Once new, and once returned. Who meets it there may tell of it again.
    expect(new Set(received.map(({ revision }) => revision)).size).toBeGreaterThanOrEqual(2);
  });

  it.each([
    ['hangs', hangs],
    ['rejects', rejects],
    ['throws', throws],
  ])('cost no image its end when their channel %s', async (_, progress) => {
    const { record } = await processed(progress);
    expect(record.state).toBe('COMPLETE');
  });

  it('delay a worker by 200 ms at most, however many messages hang', async () => {
    const harness = new Harness({ progress: hangs });
    const source = await harness.upload('a.jpg');
    const startedMs = performance.now();
    await handleMessage(harness.ports, 'ingest', uploadBody(source));
    expect(performance.now() - startedMs).toBeLessThan(300);
  });

  it('leave no timer behind, which would keep a process alive', async () => {
    vi.useFakeTimers();
    try {
      const { record } = await processed(recorder().progress);
      await reportProgress(recorder().progress, 'image.progress', record);
      expect(vi.getTimerCount()).toBe(0);
      await reportProgress(rejects, 'image.progress', record);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('delay nothing where they are told at once', async () => {
    const record = await processed(recorder().progress).then(({ record: done }) => done);
    const startedMs = performance.now();
    await reportProgress(recorder().progress, 'image.progress', record);
    await reportProgress(undefined, 'image.progress', record);
    await reportProgress(throws, 'image.progress', record);
    expect(performance.now() - startedMs).toBeLessThan(50);
  });
});

it('is a message of 1 KB at most, with the longest names and reasons', async () => {
  const { record } = await processed(recorder().progress);
  const part = { widthPx: 1, heightPx: 1, bytes: 1, format: 'jpeg', computeMs: 1 } as const;
  const rotations = Array.from({ length: 16 }, (_, index) => [`${300 + index}`, part]);
  const long = {
    ...record,
    finished: Object.fromEntries([['processed', part], ...rotations]),
    owner: 'x'.repeat(64),
    fileName: '\u0001\u2028"'.repeat(85),
    reason: { code: 'UNSUPPORTED_FORMAT', message: '"\\\n日'.repeat(300), at: '' },
  };
  const message = liveMessage('image.progress', long);
  expect(liveMessageSchema.parse(message)).toEqual(message);
  expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThanOrEqual(1024);
  expect(message.fileName.length).toBeGreaterThan(30);
});
