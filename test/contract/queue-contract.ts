import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { QueueName } from '../../core/names.ts';
import type { TaskQueue } from '../../core/ports.ts';

/** A message as a worker gets it. */
export interface ReceivedTask {
  body: string;
  /** How often it has been handed out, this time included. */
  receives: number;
}

/** A queue under test with its consumer side. It is made anew, and empty, for every test. */
export interface QueueHarness<Task extends ReceivedTask = ReceivedTask> {
  queue: TaskQueue;
  /** Receives before a message is dead-lettered. */
  maxReceives: number;
  /** Takes up to `max` messages (1..10) that are visible now; returns at once where there are none. */
  receive(queue: QueueName, max: number): Promise<Task[]>;
  acknowledge(queue: QueueName, task: Task): Promise<void>;
  /** Makes a message that was received visible again at once. */
  release(queue: QueueName, task: Task): Promise<void>;
  /** Returns when the visibility of everything that was received has run out. */
  expireLeases(): Promise<void>;
  /** Takes what is in the dead-letter queue of that queue. */
  receiveDead(queue: QueueName): Promise<ReceivedTask[]>;
  close(): Promise<void>;
}

/** What every task queue does, whatever it is made of. */
export function describeQueueContract<Task extends ReceivedTask>(
  name: string,
  makeHarness: () => Promise<QueueHarness<Task>>,
): void {
  describe(`queue contract: ${name}`, () => {
    let harness: QueueHarness<Task>;

    beforeEach(async () => {
      harness = await makeHarness();
    });
    afterEach(async () => await harness.close());

    /** Receives until there were `count` messages, or nothing came any more. */
    async function receiveAll(queue: QueueName, count: number): Promise<Task[]> {
      const tasks: Task[] = [];
      await vi.waitFor(async () => {
        tasks.push(...(await harness.receive(queue, 10)));
        expect(tasks.length).toBeGreaterThanOrEqual(count);
      });
      return tasks;
    }

    async function receiveOne(queue: QueueName): Promise<Task> {
      const [task] = await receiveAll(queue, 1);
      if (task === undefined) throw new Error('nothing was received');
      return task;
    }

    it('hands out every body as it was sent', async () => {
      const bodies = ['{"a": 1}', 'ümläut – 日本語', ' spaces\nand lines ', 'x'.repeat(10_000)];
      await harness.queue.send('ingest', bodies);
      const tasks = await receiveAll('ingest', bodies.length);
      expect(tasks.map(({ body }) => body).sort()).toEqual([...bodies].sort());
      expect(tasks.every(({ receives }) => receives === 1)).toBe(true);
    });

    it('takes more bodies than one batch of SQS holds, and none', async () => {
      const bodies = Array.from({ length: 25 }, (_, n) => `task ${n}`);
      await harness.queue.send('parts', bodies);
      await harness.queue.send('parts', []);
      const tasks = await receiveAll('parts', 25);
      expect(tasks.map(({ body }) => body).sort()).toEqual([...bodies].sort());
    });

    it('keeps the queues apart', async () => {
      await harness.queue.send('ingest', ['in']);
      await harness.queue.send('parts', ['out']);
      expect((await receiveOne('parts')).body).toBe('out');
      expect((await receiveOne('ingest')).body).toBe('in');
    });

    it('hands out no more than was asked for', async () => {
      await harness.queue.send('ingest', ['a', 'b', 'c']);
      expect((await harness.receive('ingest', 2)).length).toBeLessThanOrEqual(2);
    });

    it('hides a message while it is worked on', async () => {
      await harness.queue.send('ingest', ['one']);
      await receiveOne('ingest');
      expect(await harness.receive('ingest', 10)).toEqual([]);
    });

    it('hands out again what was not acknowledged, and counts', async () => {
      await harness.queue.send('ingest', ['one']);
      await receiveOne('ingest');
      await harness.expireLeases();
      const again = await receiveOne('ingest');
      expect(again).toMatchObject({ body: 'one', receives: 2 });
    });

    it('hands out again at once what was released', async () => {
      await harness.queue.send('ingest', ['one']);
      await harness.release('ingest', await receiveOne('ingest'));
      expect(await receiveOne('ingest')).toMatchObject({ body: 'one', receives: 2 });
    });

    it('never hands out again what was acknowledged', async () => {
      await harness.queue.send('ingest', ['one', 'two']);
      for (const task of await receiveAll('ingest', 2)) await harness.acknowledge('ingest', task);
      await harness.expireLeases();
      expect(await harness.receive('ingest', 10)).toEqual([]);
      expect(await harness.receiveDead('ingest')).toEqual([]);
    });

    it('dead-letters a message after so many receives, with its body', async () => {
      await harness.queue.send('ingest', ['poison']);
      for (let receives = 1; receives <= harness.maxReceives; receives += 1) {
        expect(await receiveOne('ingest')).toMatchObject({ body: 'poison', receives });
        await harness.expireLeases();
      }
      expect(await harness.receive('ingest', 10)).toEqual([]);
      await vi.waitFor(async () => {
        expect(await harness.receiveDead('ingest')).toMatchObject([{ body: 'poison' }]);
      });
      expect(await harness.receiveDead('parts')).toEqual([]);
    });

    it('dead-letters a message that was released each time', async () => {
      await harness.queue.send('parts', ['poison']);
      for (let receives = 1; receives <= harness.maxReceives; receives += 1) {
        await harness.release('parts', await receiveOne('parts'));
      }
      expect(await harness.receive('parts', 10)).toEqual([]);
      await vi.waitFor(async () => {
        expect(await harness.receiveDead('parts')).toMatchObject([{ body: 'poison' }]);
      });
    });

    it('counts what waits and what is being worked on', async () => {
      expect(await harness.queue.backlog('ingest')).toBe(0);
      await harness.queue.send('ingest', ['one', 'two', 'three']);
      await vi.waitFor(async () => expect(await harness.queue.backlog('ingest')).toBe(3));
      const [task] = await harness.receive('ingest', 1);
      await vi.waitFor(async () => expect(await harness.queue.backlog('ingest')).toBe(3));
      if (task !== undefined) await harness.acknowledge('ingest', task);
      await vi.waitFor(async () => expect(await harness.queue.backlog('ingest')).toBe(2));
      expect(await harness.queue.backlog('parts')).toBe(0);
    });
  });
}
