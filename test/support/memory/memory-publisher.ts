import type { CompletionEvent } from '../../../core/pipeline/messages/completion.ts';
import type { Announcer } from '../../../core/ports.ts';

/** Keeps what was published, repeats included, in order. */
export class MemoryAnnouncer implements Announcer {
  readonly events: CompletionEvent[] = [];

  async publish(event: CompletionEvent): Promise<void> {
    this.events.push(event);
  }
}
