import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Database, openDatabase } from '../../../../local/adapters/database.ts';
import { SqliteQueue } from '../../../../local/adapters/sqlite-queue.ts';
import type { LeasedTask, QueueAddress } from '../../../../local/adapters/task-lease.ts';
import { ManualClock } from '../../../support/memory/manual-clock.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const VISIBILITY_MS = 60_000;
const MAX_RECEIVES = 3;

describe('SqliteQueue', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let database: Database;
  let clock: ManualClock;
  let queue: SqliteQueue;

  beforeEach(() => {
    folder = temporaryFolder();
    clock = new ManualClock(new Date('2026-02-03T04:05:06.000Z'));
    open();
  });
  afterEach(() => {
    database.close();
    folder[Symbol.dispose]();
  });

  function open(): void {
    database = openDatabase(folder.path);
    queue = new SqliteQueue(database, clock, { maxReceives: MAX_RECEIVES });
  }

  /** What a new process does after the old one was killed. */
  function restart(): void {
    database.close();
    open();
    queue.releaseAll();
  }

  async function receive(max: number, address: QueueAddress = 'ingest'): Promise<LeasedTask[]> {
    return queue.receive(address, { max, visibilityMs: VISIBILITY_MS });
  }

  async function receiveBodies(max: number, address: QueueAddress = 'ingest'): Promise<string[]> {
    return (await receive(max, address)).map(({ body }) => body);
  }

  async function receiveOne(): Promise<LeasedTask> {
    const [task] = await receive(1);
    if (task === undefined) throw new Error('nothing was received');
    return task;
  }

  it('is first in, first out', async () => {
    await queue.send('ingest', ['a', 'b']);
    await queue.send('ingest', ['c']);
    expect(await receiveBodies(2)).toEqual(['a', 'b']);
    expect(await receiveBodies(2)).toEqual(['c']);
  });

  it('counts waiting, leased and delayed messages', async () => {
    await queue.send('ingest', ['a', 'b', 'c', 'd']);
    const [first] = await receive(2);
    if (first) await queue.release(first, 5_000);
    expect(queue.counts('ingest')).toEqual({ waiting: 2, inFlight: 1, delayed: 1 });
    clock.advance(VISIBILITY_MS);
    expect(queue.counts('ingest')).toEqual({ waiting: 4, inFlight: 0, delayed: 0 });
    expect(queue.counts('ingest-dead')).toEqual({ waiting: 0, inFlight: 0, delayed: 0 });
  });

  it('delivers new messages before messages that have failed', async () => {
    await queue.send('ingest', ['failing', 'b', 'c']);
    await queue.release(await receiveOne(), 0);
    expect(await receiveBodies(3)).toEqual(['b', 'c', 'failing']);
  });

  it('hides a released message until its delay is over', async () => {
    await queue.send('ingest', ['a']);
    await queue.release(await receiveOne(), 5000);
    clock.advance(4999);
    expect(await receiveBodies(1)).toEqual([]);
    expect(await queue.backlog('ingest')).toBe(1);
    clock.advance(1);
    expect(await receiveBodies(1)).toEqual(['a']);
  });

  it('does not add a message whose body a suspect has, as it would be received beside others', async () => {
    await queue.send('ingest', ['suspect', 'b']);
    await receiveOne();
    restart();
    await queue.send('ingest', ['suspect', 'c']);
    await queue.send('parts', ['suspect']);
    expect(await receiveBodies(9)).toEqual(['b', 'c']);
    expect(await queue.backlog('ingest')).toBe(3);
    expect(await receiveBodies(9, 'parts')).toEqual(['suspect']);
  });

  it('adds a message whose body a suspect in hand has, as that may end without it', async () => {
    await queue.send('ingest', ['suspect']);
    await receiveOne();
    restart();
    await receiveOne();
    await queue.send('ingest', ['suspect']);
    expect(await queue.backlog('ingest')).toBe(2);
  });

  it('ignores an acknowledgement or release by a lease that has ended', async () => {
    await queue.send('ingest', ['a']);
    const late = await receiveOne();
    clock.advance(VISIBILITY_MS);
    const current = await receiveOne();
    await queue.acknowledge(late);
    await queue.release(late, 0);
    expect(await receiveBodies(1)).toEqual([]);
    expect(await queue.backlog('ingest')).toBe(1);
    await queue.acknowledge(current);
    expect(await queue.backlog('ingest')).toBe(0);
  });

  it('does not hide that a change could not be committed, as on a full disk', async () => {
    await queue.send('ingest', ['a', 'b']);
    const tasks = await receive(2);
    // A deferred constraint fails at the commit, and not before.
    database.prepare('CREATE TABLE parents (id INTEGER PRIMARY KEY)').run();
    database.prepare('CREATE TABLE children (id REFERENCES parents DEFERRABLE INITIALLY DEFERRED)').run();
    for (const change of ['UPDATE', 'DELETE']) {
      const insert = 'BEGIN INSERT INTO children VALUES (1); END';
      database.prepare(`CREATE TRIGGER on_${change} AFTER ${change} ON messages ${insert}`).run();
    }
    const [a, b] = tasks as [LeasedTask, LeasedTask];
    await expect(queue.acknowledge(a)).rejects.toThrow('constraint');
    await expect(queue.release(b, 0)).rejects.toThrow('constraint');
    expect(queue.counts('ingest')).toEqual({ waiting: 0, inFlight: 2, delayed: 0 });
  });

  it('moves a message to the dead-letter queue at its last release', async () => {
    await queue.send('ingest', ['poison']);
    for (let n = 0; n < MAX_RECEIVES; n += 1) await queue.release(await receiveOne(), 0);
    expect(await queue.backlog('ingest')).toBe(0);
    expect(await receive(1, 'ingest-dead')).toMatchObject([{ body: 'poison', receives: 1 }]);
  });

  it('keeps a dead-letter message until it is acknowledged', async () => {
    await queue.send('ingest', ['poison']);
    for (let n = 0; n < MAX_RECEIVES; n += 1) await queue.release(await receiveOne(), 0);
    for (let receives = 1; receives <= MAX_RECEIVES + 2; receives += 1) {
      const [message] = await receive(1, 'ingest-dead');
      expect(message).toMatchObject({ body: 'poison', receives });
      if (message && receives % 2 === 0) await queue.release(message, 0);
      else clock.advance(VISIBILITY_MS);
    }
    const [message] = await receive(1, 'ingest-dead');
    if (message) await queue.acknowledge(message);
    clock.advance(VISIBILITY_MS);
    expect(await receiveBodies(1, 'ingest-dead')).toEqual([]);
  });

  describe('signals a change', () => {
    let changed: string[];
    beforeEach(() => {
      changed = [];
      for (const address of ['ingest', 'parts', 'ingest-dead', 'parts-dead'] as const) {
        queue.onChange(address, () => changed.push(address));
      }
    });
    afterEach(() => void vi.useRealTimers());

    it('when a message was sent or acknowledged', async () => {
      await queue.send('ingest', ['a', 'b']);
      expect(changed).toEqual(['ingest']);
      const task = await receiveOne();
      expect(changed).toEqual(['ingest']);
      await queue.acknowledge(task);
      await queue.acknowledge(task);
      expect(changed).toEqual(['ingest', 'ingest']);
    });

    it('when a released message is visible again, and not before', async () => {
      vi.useFakeTimers({ toFake: ['setTimeout'] });
      await queue.send('parts', ['a']);
      const [task] = await receive(1, 'parts');
      if (task) await queue.release(task, 5000);
      vi.advanceTimersByTime(4999);
      expect(changed).toEqual(['parts']);
      vi.advanceTimersByTime(50);
      expect(changed).toEqual(['parts', 'parts']);
    });

    it('when there is a dead-letter message: after the last release, and after the last kill', async () => {
      await queue.send('ingest', ['released', 'killing']);
      for (let n = 0; n < MAX_RECEIVES; n += 1) {
        const [released] = await receive(2);
        clock.advance(VISIBILITY_MS - 1);
        if (released) await queue.release(released, 0);
        clock.advance(1);
      }
      expect(changed.filter((address) => address === 'ingest-dead')).toHaveLength(1);
      expect(await receiveBodies(1)).toEqual([]);
      expect(changed.filter((address) => address === 'ingest-dead')).toHaveLength(2);
      expect((await receiveBodies(2, 'ingest-dead')).toSorted()).toEqual(['killing', 'released']);
    });
  });

  describe('after the process was killed', () => {
    it('delivers leased messages again at once, after new ones, and counts the receive', async () => {
      await queue.send('ingest', ['leased', 'fresh']);
      await receiveOne();
      restart();
      expect(await receiveBodies(1)).toEqual(['fresh']);
      await queue.acknowledge({ id: 2, receives: 1 });
      expect(await receive(1)).toMatchObject([{ body: 'leased', receives: 2 }]);
    });

    it('leaves delayed messages delayed', async () => {
      await queue.send('ingest', ['a']);
      await queue.release(await receiveOne(), 5000);
      restart();
      expect(await receiveBodies(1)).toEqual([]);
      clock.advance(5000);
      expect(await receiveBodies(1)).toEqual(['a']);
    });

    it('delivers each suspect alone', async () => {
      await queue.send('ingest', ['a', 'b', 'fresh']);
      await receive(2);
      restart();
      const [fresh] = await receive(10);
      expect(fresh?.body).toBe('fresh');
      expect(await receiveBodies(10)).toEqual([]);
      if (fresh) await queue.acknowledge(fresh);

      const alone = await receive(10);
      expect(alone.map(({ body }) => body)).toEqual(['a']);
      await queue.send('ingest', ['newcomer']);
      expect(await receiveBodies(10)).toEqual([]);
      if (alone[0]) await queue.acknowledge(alone[0]);
      expect(await receiveBodies(10)).toEqual(['newcomer']);
    });

    it('does not wait for a suspect longer than its lease', async () => {
      await queue.send('ingest', ['a']);
      await receiveOne();
      restart();
      await receiveOne();
      await queue.send('ingest', ['b']);
      expect(await receiveBodies(10)).toEqual([]);
      clock.advance(VISIBILITY_MS);
      expect(await receiveBodies(10)).toEqual(['b']);
    });

    it('does not delay other queues', async () => {
      await queue.send('ingest', ['a']);
      await queue.send('parts', ['r']);
      await receiveOne();
      restart();
      await receiveOne();
      expect(await receiveBodies(10, 'parts')).toEqual(['r']);
    });

    it('moves a message to the dead-letter queue that has killed it too often, and no other message', async () => {
      await queue.send('ingest', ['poison', 'neighbour']);
      await receive(2);
      for (let n = 1; n < MAX_RECEIVES; n += 1) {
        restart();
        const [task] = await receive(10);
        expect(task?.body).toBe(n === 1 ? 'poison' : 'neighbour');
        // The neighbour, alone, succeeds; the poison never does.
        if (task?.body === 'neighbour') await queue.acknowledge(task);
      }
      restart();
      expect(await receiveBodies(10)).toEqual(['poison']);
      restart();
      expect(await receiveBodies(10)).toEqual([]);
      expect(await receiveBodies(10, 'ingest-dead')).toEqual(['poison']);
      expect(await queue.backlog('ingest')).toBe(0);
    });
  });
});
