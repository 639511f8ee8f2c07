import type { Classification } from '../core/labels/classification.ts';
import type { LabelMode } from '../core/labels/models.ts';
import type { Classifier } from '../core/ports.ts';
import { loadModel, type Model } from './model.ts';

/**
 * A classifier with one inference session: a model takes 50 MB, and most processes are asked for one mode. Nothing is
 * loaded before the first picture.
 */
export class SessionClassifier implements Classifier {
  readonly #load: (mode: LabelMode) => Promise<Model>;
  #mode: LabelMode | undefined;
  #model: Model | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(load: (mode: LabelMode) => Promise<Model> = loadModel) {
    this.#load = load;
  }

  /** One picture at a time: a session has one thread. */
  classify(input: Uint8Array, mode: LabelMode): Promise<Classification> {
    return this.#inTurn(async () => (await this.#modelOf(mode)).classify(input));
  }

  /** Loads the model of a mode ahead of the first picture. */
  prepare(mode: LabelMode): Promise<void> {
    return this.#inTurn(async () => void (await this.#modelOf(mode)));
  }

  close(): Promise<void> {
    return this.#inTurn(() => this.#release());
  }

  async #modelOf(mode: LabelMode): Promise<Model> {
    if (this.#model !== undefined && this.#mode === mode) return this.#model;
    await this.#release();
    this.#model = await this.#load(mode);
    this.#mode = mode;
    return this.#model;
  }

  async #release(): Promise<void> {
    const model = this.#model;
    this.#model = undefined;
    await model?.close();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work, work);
    this.#last = result.catch(() => {});
    return result;
  }
}
