import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventIdOf } from '../../core/names.ts';
import { type CompletionEvent, completionEventSchema } from '../../core/pipeline/messages/completion.ts';
import type { EventPublisher } from '../../core/ports.ts';
import { idFrom } from '../support/record-factory.ts';

/** An announcer under test with a subscriber. It is made anew for every test. */
export interface PublisherHarness {
  publisher: EventPublisher;
  /** Everything that the subscriber has got so far, as it came, repeats included. */
  received(): Promise<unknown[]>;
  close(): Promise<void>;
}

/** A completion as the pipeline announces it. */
export function completionWith(name: string, overrides: Partial<CompletionEvent> = {}): CompletionEvent {
  const imageId = idFrom(name);
  return completionEventSchema.parse({
    version: 1,
    eventId: eventIdOf(imageId, 1, 1, 'image.completed'),
    type: 'image.completed',
    imageId,
    run: 1,
    attempt: 1,
    state: 'COMPLETE',
    owner: null,
    source: {
      bucket: 'source',
      key: `Ärger & Söhne/${name} 100%.jpg`,
      versionId: 'v1',
      bytes: 4_321_000,
      widthPx: 2448,
      heightPx: 3264,
      format: 'jpeg',
    },
    outputs: [
      {
        variant: 'processed',
        bucket: 'outputs',
        key: `processed/${name}.jpg`,
        widthPx: 256,
        heightPx: 256,
        bytes: 10_240,
        contentType: 'image/jpeg',
        url: 'https://example.test/a?b=c&d=%20',
        urlExpiresAt: '2026-02-03T05:00:00.000Z',
      },
    ],
    encoding: null,
    quality: {
      encode: { ssim: 0.987_654_321, psnrDb: 41.25, identical: false },
      detail: null,
      enhance: { ssim: 1, psnrDb: null, identical: true },
    },
    labels: [],
    recipe: 'augment',
    timingsMs: { total: 99.125 },
    computeMs: 87,
    reason: null,
    createdAt: '2026-02-03T04:05:07.000Z',
    endedAt: '2026-02-03T04:05:08.000Z',
    ...overrides,
  });
}

/** What every announcer does, whatever it is made of. */
export function describeAnnouncerContract(name: string, makeHarness: () => Promise<PublisherHarness>): void {
  describe(`announcer contract: ${name}`, () => {
    let harness: PublisherHarness;

    beforeEach(async () => {
      harness = await makeHarness();
    });
    afterEach(async () => await harness.close());

    async function receivedIds(): Promise<string[]> {
      return (await harness.received()).map((event) => completionEventSchema.parse(event).eventId);
    }

    it('delivers an event as it was published', async () => {
      const event = completionWith('whole', { owner: 'user-1' });
      await harness.publisher.publish(event);
      await vi.waitFor(async () => expect(await harness.received()).toEqual([event]));
    });

    it('delivers every one of many published at once', async () => {
      const events = Array.from({ length: 20 }, (_, n) => completionWith(`event ${n}`));
      await Promise.all(events.map((event) => harness.publisher.publish(event)));
      await vi.waitFor(async () => {
        expect(new Set(await receivedIds())).toEqual(new Set(events.map(({ eventId }) => eventId)));
      });
    });

    it('tells a repeat by its event id', async () => {
      const event = completionWith('repeated');
      await harness.publisher.publish(event);
      await harness.publisher.publish(event);
      await vi.waitFor(async () => expect(new Set(await receivedIds())).toEqual(new Set([event.eventId])));
    });

    it('delivers a rejection, whose quality and outputs are empty', async () => {
      const event = completionWith('rejected', {
        type: 'image.rejected',
        outputs: [],
        quality: null,
        recipe: null,
        reason: { code: 'CORRUPT_IMAGE', message: 'The file ends in the middle.' },
      });
      await harness.publisher.publish(event);
      await vi.waitFor(async () => expect(await harness.received()).toEqual([event]));
    });
  });
}
