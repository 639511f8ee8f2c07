import { EventEmitter } from 'node:events';
import type { QueueName } from '../../core/names.ts';
import type { Clock, TaskQueue } from '../../core/ports.ts';
import type { Database } from './database.ts';
import { prepareStatements } from './queue-statements.ts';
import {
  isDeadLetterQueue,
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

/** A timer may end a moment before the clock says so; a receive at that moment would not see the message. */
const TIMER_SLACK_MS = 5;

/**
 * The queues in the database: messages are leased, counted, and dead-lettered after `maxReceives`.
 *
 * Poison messages are isolated. A message that was in hand when the process died may be what killed it: it is a
 * suspect from then on. A suspect is received alone and last, so that it takes no other message down with it. While a
 * suspect waits, another message with its body is not added: it would be received beside others.
 */
export class SqliteQueue implements TaskQueue, TaskSource {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #maxReceives: number;
  readonly #statements: ReturnType<typeof prepareStatements>;
  readonly #changes = new EventEmitter();

  constructor(database: Database, clock: Clock, options: { maxReceives: number }) {
    this.#database = database;
    this.#clock = clock;
    this.#maxReceives = options.maxReceives;
    this.#statements = prepareStatements(database);
  }

  onChange(address: QueueAddress, listener: () => void): void {
    this.#changes.on(address, listener);
  }

  async send(queue: QueueName, bodies: readonly string[]): Promise<void> {
    this.#database.transaction(() => {
      for (const body of bodies) this.#statements.insert.run({ queue, body });
    });
    this.#changes.emit(queue);
  }

  async backlog(queue: QueueName): Promise<number> {
    return this.#database.run(() => Number(this.#statements.count.get(queue)?.total));
  }

  /** The number of messages of a queue, or of its dead-letter queue, by state. */
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
    address: QueueAddress,
    { max, visibilityMs }: { max: number; visibilityMs: number },
  ): Promise<LeasedTask[]> {
    const nowMs = this.#nowMs();
    const { tasks, deadLetters } = this.#database.transaction(() => ({
      deadLetters: isDeadLetterQueue(address) ? 0 : this.#deadLetterExhausted(address, nowMs),
      tasks: this.#receivable(address, max, nowMs).map((row) => {
        const task = { id: Number(row.id), body: String(row.body), receives: Number(row.receives) + 1 };
        this.#statements.lease.run(nowMs + visibilityMs, task.id);
        return task;
      }),
    }));
    if (deadLetters > 0) this.#changes.emit(`${address}-dead`);
    return tasks;
  }

  async acknowledge({ id, receives }: Lease): Promise<void> {
    const [row] = this.#database.run(() => this.#statements.acknowledge.all(id, receives));
    if (row) this.#changes.emit(String(row.queue));
  }

  async release({ id, receives }: Lease, delayMs: number): Promise<void> {
    const { deadLetter, release } = this.#statements;
    const isLastTime = receives >= this.#maxReceives;
    const [dead] = isLastTime ? this.#database.run(() => deadLetter.all(id, receives)) : [];
    if (dead) {
      this.#changes.emit(String(dead.queue));
      return;
    }
    const [row] = this.#database.run(() => release.all(this.#nowMs() + delayMs, id, receives));
    if (row) setTimeout(() => this.#changes.emit(String(row.queue)), delayMs + TIMER_SLACK_MS).unref();
  }

  /** Ends every lease of a process that died. Call it at the start, before the first `receive`. */
  releaseAll(): void {
    this.#database.run(() => this.#statements.releaseAll.run());
  }

  /** The messages to lease next; the poison isolation of this class is decided here. */
  #receivable(address: QueueAddress, max: number, nowMs: number) {
    const { suspectInHand, unsuspected, inHand, oneSuspect } = this.#statements;
    if (suspectInHand.get(address, nowMs)) return [];
    const messages = unsuspected.all(address, nowMs, max);
    const mayReceiveSuspect = messages.length === 0 && !inHand.get(address, nowMs);
    return mayReceiveSuspect ? oneSuspect.all(address, nowMs) : messages;
  }

  /** A message that killed the process was never released, so its last receive is found here. */
  #deadLetterExhausted(queue: QueueName, nowMs: number): number {
    return Number(this.#statements.deadLetterExhausted.run(queue, this.#maxReceives, nowMs).changes);
  }

  #nowMs(): number {
    return this.#clock.now().getTime();
  }
}
