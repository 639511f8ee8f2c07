import type { QueueName } from '../../core/names.ts';

/** The right to a message. It ends when the message is received again. */
export interface Lease {
  id: number;
  /** How often the message was received, this time included. */
  receives: number;
}

/** A message that is hidden from other receivers until its lease ends. */
export interface LeasedTask extends Lease {
  body: string;
}

/** The dead-letter queue of a queue. */
export type DeadLetterQueue = `${QueueName}-dead`;
export type QueueAddress = QueueName | DeadLetterQueue;

export function deadLetterQueueOf(queue: QueueName): DeadLetterQueue {
  return `${queue}-dead`;
}

export function isDeadLetterQueue(address: QueueAddress): address is DeadLetterQueue {
  return address.endsWith('-dead');
}

/** The consumer's side of the queues. On AWS, a Lambda event source does this. */
export interface TaskSource {
  /** Leases up to `max` visible messages. */
  receive(address: QueueAddress, options: { max: number; visibilityMs: number }): Promise<LeasedTask[]>;
  /** Deletes a message that was handled. A lease that has ended is no error. */
  acknowledge(lease: Lease): Promise<void>;
  /**
   * Makes a message visible again after the delay. After its last receive, the message goes to the dead-letter queue.
   */
  release(lease: Lease, delayMs: number): Promise<void>;
  /**
   * The listener is called after each change of the queue that this process makes: a message was sent, acknowledged,
   * dead-lettered, or is visible again after its release.
   */
  onChange(address: QueueAddress, listener: () => void): void;
}
