import { Store } from '../ui/store.ts';
import type { BatchChoices } from './upload-list.ts';

/** Recipe and album of the next files, whichever way they come. */
class NextBatch extends Store {
  choices: BatchChoices = {};

  set(choices: BatchChoices): void {
    this.choices = choices;
    this.changed();
  }
}

export const nextBatch = new NextBatch();
