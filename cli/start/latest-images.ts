import type { ImageRecord } from '../../core/pipeline/record.ts';
import type { ResultEntry } from '../result.ts';

/** The images that ended last, up to a maximum number. */
export class LatestImages {
  readonly #max: number;
  readonly #images = new Map<string, { endedAt: string; entry: ResultEntry }>();

  constructor(max: number) {
    this.#max = max;
  }

  /** Adds the end of a run. It replaces an earlier entry of the image. */
  add({ imageId, endedAt = '' }: ImageRecord, entry: ResultEntry): void {
    this.#images.set(imageId, { endedAt, entry });
    if (this.#images.size > 2 * this.#max) this.#trim();
  }

  /** By name. */
  entries(): ResultEntry[] {
    this.#trim();
    return [...this.#images.values()]
      .map(({ entry }) => entry)
      .toSorted((a, b) => (a.result.input < b.result.input ? -1 : 1));
  }

  #trim(): void {
    const byAge = [...this.#images].toSorted(([, a], [, b]) => (a.endedAt < b.endedAt ? -1 : 1));
    for (const [imageId] of byAge.slice(0, Math.max(byAge.length - this.#max, 0)))
      this.#images.delete(imageId);
  }
}
