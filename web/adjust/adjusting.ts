import type { Recipe } from '../../core/recipe.ts';
import { Store } from '../ui/store.ts';

/** The adjustment of this visit: it stays open, with its settings, from one image to the next. */
class Adjusting extends Store {
  isOpen = false;
  /** What was set last, where it differs from the recipe of its image. */
  kept: Recipe | undefined;

  open(isOpen: boolean): void {
    this.isOpen = isOpen;
    if (!isOpen) this.kept = undefined;
    this.changed();
  }
}

export const adjusting = new Adjusting();
