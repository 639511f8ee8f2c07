import { afterEach, expect, it, vi } from 'vitest';
import type { DeliveryReport } from '../../../../local/adapters/webhook-outbox.ts';
import type { Loop } from '../../../../local/worker/loop.ts';
import { webhookLoop } from '../../../../local/worker/webhook-loop.ts';

const GRACE_MS = 50;

/** An outbox in memory. */
class ListedDeliveries {
  due = 0;
  delivered = 0;
  gaveUp: string[] = [];
  /** Resolves when the endpoint answers. */
  answer: Promise<void> = Promise.resolve();
  notify = () => {};

  onChange(listener: () => void): void {
    this.notify = listener;
  }

  async deliverDue(signal: AbortSignal): Promise<DeliveryReport> {
    const delivered = Math.min(this.due, 1);
    if (delivered > 0) {
      const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      await Promise.race([this.answer, aborted]);
    }
    if (!signal.aborted) this.due -= delivered;
    if (!signal.aborted) this.delivered += delivered;
    return { delivered, postponed: 0, gaveUp: this.gaveUp.splice(0) };
  }
}

let loop: Loop;
const errors: unknown[] = [];
afterEach(async () => {
  await loop.stop();
  errors.length = 0;
});

function run(outbox: ListedDeliveries): void {
  loop = webhookLoop(outbox, (error) => errors.push(error), GRACE_MS);
  loop.start();
}

it('delivers everything that is due, and what is added later at once', async () => {
  const outbox = new ListedDeliveries();
  outbox.due = 3;
  run(outbox);
  await vi.waitFor(() => expect(outbox.delivered).toBe(3));
  outbox.due = 1;
  outbox.notify();
  await vi.waitFor(() => expect(outbox.delivered).toBe(4), 500);
});

it('reports each delivery that was given up', async () => {
  const outbox = new ListedDeliveries();
  outbox.gaveUp = ['nobody answered'];
  run(outbox);
  await vi.waitFor(() => expect(errors.map(String)).toEqual(['Error: nobody answered']));
});

it('delivers what is due at the end, and completes the delivery under way', async () => {
  const outbox = new ListedDeliveries();
  const { promise, resolve } = Promise.withResolvers<void>();
  [outbox.due, outbox.answer] = [2, promise];
  run(outbox);
  const stopped = loop.stop();
  resolve();
  await stopped;
  expect(outbox.delivered).toBe(2);
});

it('waits no longer than the grace period for an endpoint that does not answer', async () => {
  const outbox = new ListedDeliveries();
  [outbox.due, outbox.answer] = [2, new Promise(() => {})];
  run(outbox);
  const startedAt = performance.now();
  await loop.stop();
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(GRACE_MS - 5);
  expect([outbox.delivered, outbox.due]).toEqual([0, 2]);
});
