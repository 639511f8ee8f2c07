import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { completionEventSchema } from '../../core/pipeline/messages/completion.ts';
import type { EventPublisher } from '../../core/ports.ts';
import { completionWith } from '../support/completion-factory.ts';

/** An announcer under test with a subscriber. It is made anew for every test. */
export interface PublisherHarness {
  publisher: EventPublisher;
  /** Everything that the subscriber has got so far, as it came, repeats included. */
  received(): Promise<unknown[]>;
  close(): Promise<void>;
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

    it('recognises a repeat by its event id', async () => {
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
