import { describe, expect, it } from 'vitest';
import { liveMessageSchema } from '../../../../core/pipeline/messages/live.ts';
import { readTopicMessage } from '../../../../lambdas/live/topic-message.ts';
import { completionWith } from '../../../support/completion-factory.ts';
import { liveMessageWith } from '../../../support/live-message-factory.ts';

describe('a message of a topic', () => {
  it('is a live message as it is, without fields of a newer release', () => {
    const message = liveMessageWith({ finished: ['90'] });
    expect(readTopicMessage(JSON.stringify({ ...message, colour: 'red' }))).toEqual(message);
  });

  it('becomes the end of a run, without links', () => {
    const event = completionWith('end', { owner: 'jo' });
    const message = readTopicMessage(JSON.stringify(event));
    expect(liveMessageSchema.parse(message)).toMatchObject({
      type: 'image.ended',
      imageId: event.imageId,
      owner: 'jo',
      state: event.state,
      finished: event.outputs.map(({ variant }) => variant).toSorted(),
    });
    expect(JSON.stringify(message)).not.toContain('http');
  });

  it('stays under 1 KB, whatever the event holds', () => {
    const event = {
      ...completionWith('long', { owner: 'x'.repeat(64) }),
      reason: { code: 'PROCESSING_LIMIT', message: 'ü'.repeat(5_000) },
      fileName: '日'.repeat(255),
      outputs: Array.from({ length: 17 }, (_, index) => ({ variant: String(index * 15), url: 'https://x' })),
    };
    const text = JSON.stringify(readTopicMessage(JSON.stringify(event)));
    expect(Buffer.byteLength(text)).toBeLessThan(1_024);
  });

  it.each(['{}', 'no JSON', '{"type":"image.progress"}'])('that is neither (%s) is an error', (text) => {
    expect(() => readTopicMessage(text)).toThrow();
  });
});
