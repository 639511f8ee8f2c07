import { TransientError } from '../../core/errors.ts';
import type { Pixels } from '../../core/ports.ts';

/** Requests that may wait for their turn; a page that shows a screen of pictures asks for 20. */
const WAITING_MAX = 64;

/**
 * Works on the pixels of a few requests at once, and lets the others wait in order, each without its picture in memory.
 * The memory of those in progress is the business of the admission.
 *
 * @returns pixels whose methods throw TransientError where too many requests wait already
 */
export function boundedPixels(pixels: Pixels, atOnce: number): Pixels {
  const waiting: (() => void)[] = [];
  let inProgress = 0;
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    if (inProgress < atOnce) inProgress += 1;
    else {
      if (waiting.length >= WAITING_MAX) {
        throw new TransientError('BUSY', `${waiting.length} requests wait for work on pixels already.`);
      }
      await new Promise<void>((begin) => waiting.push(begin));
    }
    try {
      return await work();
    } finally {
      // The turn goes to the next in line, so that nobody can come in between.
      const next = waiting.shift();
      if (next) next();
      else inProgress -= 1;
    }
  };
  return {
    makeView: (record) => inTurn(() => pixels.makeView(record)),
    tryRecipe: (record, trial) => inTurn(() => pixels.tryRecipe(record, trial)),
    classify: (pictures, mode) => inTurn(() => pixels.classify(pictures, mode)),
  };
}
