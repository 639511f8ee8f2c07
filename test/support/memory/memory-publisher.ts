import type { CompletionEvent } from '../../../core/pipeline/messages/completion.ts';
import type { EventPublisher } from '../../../core/ports.ts';

/** Keeps what was published, repeats included, in order. */
export class MemoryPublisher implements EventPublisher {
  readonly events: CompletionEvent[] = [];

  async publish(event: CompletionEvent): Promise<void> {
    this.events.push(event);
  }
}
