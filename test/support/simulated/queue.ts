import type { ImageQueue, QueueName } from '../../../core/names.ts';
import type { TaskQueue } from '../../../core/ports.ts';
import type { Random } from './random.ts';
import { MAX_RECEIVES, VISIBILITY_MS } from './settings.ts';

export interface Message {
  id: number;
  queue: ImageQueue;
  body: string;
  receives: number;
  visibleAt: number;
}

/** A queue that behaves as SQS does: at least once, in any order, late, with a dead-letter queue. */
export class SimulatedQueue implements TaskQueue {
  readonly messages: Message[] = [];
  readonly dead: Message[] = [];
  private readonly random: Random;
  private readonly now: () => number;
  private nextId = 1;
  /** Off in the calm phase. */
  isUnreliable = true;

  constructor(random: Random, now: () => number) {
    this.random = random;
    this.now = now;
  }

  async send(queue: QueueName, bodies: readonly string[]): Promise<void> {
    if (queue === 'exports') throw new Error('expected tasks of images: nobody simulates exports');
    for (const body of bodies) {
      this.add(queue, body);
      if (this.isUnreliable && this.random.chance(0.05)) this.add(queue, body);
    }
  }

  async backlog(queue: QueueName): Promise<number> {
    return this.messages.filter((message) => message.queue === queue).length;
  }

  /** Any visible message, not the oldest. One that was received too often goes to the dead-letter queue instead. */
  receive(queues: readonly ImageQueue[]): Message | undefined {
    const visible = this.messages.filter(
      (message) => message.visibleAt <= this.now() && queues.includes(message.queue),
    );
    if (visible.length === 0) return undefined;
    const message = this.random.pick(visible);
    if (message.receives >= MAX_RECEIVES) {
      this.remove(message);
      this.dead.push({ ...message, receives: 0, visibleAt: this.now() });
      return undefined;
    }
    message.receives += 1;
    const twice = this.isUnreliable && this.random.chance(0.03);
    message.visibleAt = twice ? this.now() : this.now() + VISIBILITY_MS;
    return message;
  }

  receiveDead(): Message | undefined {
    const visible = this.dead.filter((message) => message.visibleAt <= this.now());
    if (visible.length === 0) return undefined;
    const message = this.random.pick(visible);
    message.visibleAt = this.now() + VISIBILITY_MS;
    return message;
  }

  remove(message: Message): void {
    for (const list of [this.messages, this.dead]) {
      const index = list.findIndex(({ id }) => id === message.id);
      if (index >= 0) list.splice(index, 1);
    }
  }

  private add(queue: ImageQueue, body: string): void {
    const delayMs = this.isUnreliable && this.random.chance(0.2) ? this.random.int(0, 900_000) : 0;
    this.messages.push({ id: this.nextId++, queue, body, receives: 0, visibleAt: this.now() + delayMs });
  }
}
