import type { QueueName } from '../../core/names.ts';

/** The right to a message: it ends when the message is handed out again. */
export interface Lease {
  id: number;
  /** How often the message has been handed out, this time included. */
  receives: number;
}

/** A message that is hidden from others until its visibility runs out. */
export interface LeasedTask extends Lease {
  body: string;
}

/** The dead letters of a queue, read like a queue. */
export type DeadLetters = `${QueueName}-dead`;
export type QueueAddress = QueueName | DeadLetters;

export function deadLettersOf(queue: QueueName): DeadLetters {
  return `${queue}-dead`;
}

export function isDeadLetters(address: QueueAddress): address is DeadLetters {
  return address.endsWith('-dead');
}

/** The consumer's side of the queues: what a Lambda event source does on AWS. */
export interface TaskSource {
  /** Leases up to `max` visible messages; none where there are none. */
  receive(address: QueueAddress, options: { max: number; visibilityMs: number }): Promise<LeasedTask[]>;
  /** Forgets a message that has been dealt with; a lease that has ended is no error. */
  acknowledge(lease: Lease): Promise<void>;
  /**
   * Gives a message back: visible again after the delay, or dead-lettered where it has been handed out as often as
   * it may be.
   */
  release(lease: Lease, delayMs: number): Promise<void>;
  /**
   * The listener is called after each change of the queue that this process makes: a message was sent, acknowledged,
   * dead-lettered, or is visible again after its release.
   */
  onChange(address: QueueAddress, listener: () => void): void;
}
