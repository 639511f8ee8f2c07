import type { QueueName } from '../../core/names.ts';
import type { Clock, TaskQueue } from '../../core/ports.ts';
import type { Database } from './database.ts';
import {
  isDeadLetters,
  type Lease,
  type LeasedTask,
  type QueueAddress,
  type TaskSource,
} from './task-lease.ts';

/** Messages that can be received now, that are being worked on, and that come again later. */
export interface QueueCounts {
  waiting: number;
  inFlight: number;
  delayed: number;
}

/**
 * The queues in the database: messages are leased, counted, and dead-lettered after `maxReceives`.
 *
 * A message whose lease was held when the process died may be what killed it. It is handed out after all others
 * of its queue, and alone, so that it takes no neighbour down again.
 */
export class SqliteQueue implements TaskQueue, TaskSource {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #maxReceives: number;
  readonly #statements: ReturnType<typeof prepare>;

  constructor(database: Database, clock: Clock, options: { maxReceives: number }) {
    this.#database = database;
    this.#clock = clock;
    this.#maxReceives = options.maxReceives;
    this.#statements = prepare(database);
  }

  async send(queue: QueueName, bodies: readonly string[]): Promise<void> {
    this.#database.transaction(() => {
      for (const body of bodies) this.#statements.insert.run(queue, body);
    });
  }

  async backlog(queue: QueueName): Promise<number> {
    return this.#database.run(() => Number(this.#statements.count.get(queue)?.total));
  }

  /** The messages of a queue, or of its dead letters, by what becomes of them now. */
  counts(address: QueueAddress): QueueCounts {
    const now = this.#nowMs();
    const row = this.#database.run(() => this.#statements.counts.get(now, now, now, address));
    return {
      waiting: Number(row?.waiting),
      inFlight: Number(row?.in_flight),
      delayed: Number(row?.delayed),
    };
  }

  async receive(
    queue: QueueAddress,
    { max, visibilityMs }: { max: number; visibilityMs: number },
  ): Promise<LeasedTask[]> {
    const now = this.#nowMs();
    const { markDeleted, fresh, interrupted, interruptedLease, lease, leased } = this.#statements;
    return this.#database.transaction(() => {
      if (!isDeadLetters(queue)) markDeleted.run(queue, this.#maxReceives, now);
      if (interruptedLease.get(queue, now) !== undefined) return [];
      let rows = fresh.all(queue, now, max);
      if (rows.length === 0 && leased.get(queue, now) === undefined) rows = interrupted.all(queue, now);
      return rows.map((row) => {
        const task = { id: Number(row.id), body: String(row.body), receives: Number(row.receives) + 1 };
        lease.run(now + visibilityMs, task.id);
        return task;
      });
    });
  }

  async acknowledge({ id, receives }: Lease): Promise<void> {
    this.#database.run(() => this.#statements.acknowledge.run(id, receives));
  }

  async release({ id, receives }: Lease, delayMs: number): Promise<void> {
    this.#database.transaction(() => {
      this.#statements.release.run(this.#nowMs() + delayMs, id, receives);
      if (receives >= this.#maxReceives) this.#statements.deadLetterOne.run(id, receives);
    });
  }

  async extend({ id, receives }: Lease, visibilityMs: number): Promise<boolean> {
    const until = this.#nowMs() + visibilityMs;
    return this.#database.run(() => Number(this.#statements.extend.run(until, id, receives).changes) > 0);
  }

  /** Takes back every lease of a process that is no more. Call it at the start, before the first `receive`. */
  releaseAll(): void {
    this.#database.run(() => this.#statements.releaseAll.run());
  }

  #nowMs(): number {
    return this.#clock.now().getTime();
  }
}

/** Lease ends count by `visible_at_ms`: a lease that has run out is visible, whatever `leased` says. */
function prepare(database: Database) {
  const visible = 'FROM messages WHERE queue = ? AND visible_at_ms <= ?';
  const held = 'FROM messages WHERE queue = ? AND leased = 1 AND visible_at_ms > ?';
  const byAge = 'ORDER BY receives, id';
  const markDeleted = `UPDATE messages
    SET queue = queue || '-dead', receives = 0, visible_at_ms = 0, leased = 0, interrupted = 0`;
  return {
    insert: database.prepare('INSERT INTO messages (queue, body) VALUES (?, ?)'),
    count: database.prepare('SELECT count(*) AS total FROM messages WHERE queue = ?'),
    counts: database.prepare(
      `SELECT count(*) FILTER (WHERE visible_at_ms <= ?) AS waiting,
        count(*) FILTER (WHERE visible_at_ms > ? AND leased = 1) AS in_flight,
        count(*) FILTER (WHERE visible_at_ms > ? AND leased = 0) AS delayed
       FROM messages WHERE queue = ?`,
    ),
    fresh: database.prepare(`SELECT id, body, receives ${visible} AND interrupted = 0 ${byAge} LIMIT ?`),
    interrupted: database.prepare(
      `SELECT id, body, receives ${visible} AND interrupted > 0 ${byAge} LIMIT 1`,
    ),
    leased: database.prepare(`SELECT 1 ${held} LIMIT 1`),
    interruptedLease: database.prepare(`SELECT 1 ${held} AND interrupted > 0 LIMIT 1`),
    lease: database.prepare(
      'UPDATE messages SET leased = 1, visible_at_ms = ?, receives = receives + 1 WHERE id = ?',
    ),
    acknowledge: database.prepare('DELETE FROM messages WHERE id = ? AND receives = ?'),
    release: database.prepare(
      'UPDATE messages SET leased = 0, visible_at_ms = ? WHERE id = ? AND receives = ?',
    ),
    extend: database.prepare(
      'UPDATE messages SET visible_at_ms = ? WHERE id = ? AND receives = ? AND leased = 1',
    ),
    markDeleted: database.prepare(`${markDeleted} WHERE queue = ? AND receives >= ? AND visible_at_ms <= ?`),
    deadLetterOne: database.prepare(
      `${markDeleted} WHERE id = ? AND receives = ? AND queue NOT LIKE '%-dead'`,
    ),
    releaseAll: database.prepare(
      'UPDATE messages SET leased = 0, visible_at_ms = 0, interrupted = interrupted + 1 WHERE leased = 1',
    ),
  };
}
