import type { WebhookOutbox } from '../adapters/webhook-outbox.ts';
import { Loop } from './loop.ts';

/** How often deliveries that have failed are looked at again; the outbox knows when each is due. */
const RETRY_LOOK_MS = 1000;
/** How long the end of the process may wait for endpoints. Later deliveries wait for the next start. */
const GRACE_MS = 5000;

/** Delivers events to webhooks as soon as they are in the outbox, and again where an endpoint did not accept them. */
export function webhookLoop(
  outbox: Pick<WebhookOutbox, 'deliverDue' | 'onChange'>,
  onError: (error: unknown) => void,
  graceMs = GRACE_MS,
): Loop {
  const overdue = new AbortController();

  async function deliverAllDue(): Promise<void> {
    while (!overdue.signal.aborted) {
      const { delivered, postponed, gaveUp } = await outbox.deliverDue(overdue.signal);
      for (const message of gaveUp) onError(new Error(message));
      if (delivered + postponed + gaveUp.length === 0) return;
    }
  }

  const loop = new Loop({
    async step(stopping) {
      // Aborting a delivery at once would repeat it at the next start.
      stopping.onabort = () => void setTimeout(() => overdue.abort(), graceMs).unref();
      await deliverAllDue();
      return RETRY_LOOK_MS;
    },
    finish: deliverAllDue,
    onError,
  });
  outbox.onChange(() => loop.notify());
  return loop;
}
