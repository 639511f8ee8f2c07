import type { Api } from '../../client/http.ts';
import { asProblem } from '../../client/problem.ts';
import type { ImageView, LiveMessage } from '../../client/types.ts';
import { type ImageFilter, keyOf } from './filter.ts';
import { ImageList } from './image-list.ts';

/** Images that are read again at once after live messages. */
const READS_AT_ONCE = 4;

/** Every image that the app knows, once, by its newest revision, and the lists that show them. */
export class ImageBook {
  readonly #api: Api;
  readonly #images = new Map<string, ImageView>();
  readonly #lists = new Map<string, ImageList>();
  readonly #watchers = new Map<string, Set<() => void>>();
  readonly #toRead = new Set<string>();
  #reading = 0;
  /** Whose lists these are, once it is known: an administrator also sees images of others, which do not belong in them. */
  ownerId: string | undefined;

  constructor(api: Api) {
    this.#api = api;
  }

  get(imageId: string): ImageView | undefined {
    return this.#images.get(imageId);
  }

  /** The one list of a filter. */
  list(filter: ImageFilter): ImageList {
    const key = keyOf(filter);
    const known = this.#lists.get(key);
    if (known !== undefined) return known;
    const list = new ImageList(this.#api, this, filter);
    this.#lists.set(key, list);
    return list;
  }

  /** Keeps what was read, unless something newer is known. */
  put(image: ImageView): void {
    const known = this.#images.get(image.imageId);
    if (known !== undefined && known.revision > image.revision) return;
    this.#images.set(image.imageId, image);
    const isOthers = this.ownerId !== undefined && image.owner !== null && image.owner !== this.ownerId;
    for (const list of this.#lists.values()) {
      if (list.filter.all || !isOthers) list.note(image, known);
    }
    this.#notify(image.imageId);
  }

  /** Shows what a live message says at once, and reads the rest where it matters. */
  apply(message: LiveMessage): void {
    const { imageId, revision, run, attempt, state, finished, reason } = message;
    const known = this.#images.get(imageId);
    if (known !== undefined && known.revision >= revision) return;
    if (known !== undefined) {
      const progress = { ...known.progress, finished };
      this.put({ ...known, revision, run, attempt, state, reason, progress });
    }
    // A record that is complete, new or changed by a person has more than the message says.
    const isUnderWay = message.type === 'image.progress' && known !== undefined && state !== 'RECEIVED';
    const isFirstPart = finished.includes('processed') && known?.outputs.length === 0;
    if (!isUnderWay || isFirstPart) this.read(imageId);
  }

  /** Reads an image again, soon. */
  read(imageId: string): void {
    this.#toRead.add(imageId);
    void this.#readNext();
  }

  /**
   * Reads again what lists show: after a lost connection, messages may be missing. A list that nobody sees is read when
   * somebody opens it.
   */
  resync(): void {
    for (const [key, list] of this.#lists) {
      if (list.isWatched) void list.refresh();
      else this.#lists.delete(key);
    }
  }

  /** Calls back when that image changes. @returns a function that ends it */
  watch(imageId: string, listener: () => void): () => void {
    const watchers = this.#watchers.get(imageId) ?? new Set();
    this.#watchers.set(imageId, watchers.add(listener));
    return () => watchers.delete(listener);
  }

  async #readNext(): Promise<void> {
    const [imageId] = this.#toRead;
    if (imageId === undefined || this.#reading >= READS_AT_ONCE) return;
    this.#toRead.delete(imageId);
    this.#reading += 1;
    try {
      this.put(await this.#api.call('GET /images/{imageId}', { path: { imageId } }));
    } catch (error) {
      if (asProblem(error).status === 404) this.#forget(imageId);
    } finally {
      this.#reading -= 1;
      void this.#readNext();
    }
  }

  #forget(imageId: string): void {
    this.#images.delete(imageId);
    for (const list of this.#lists.values()) list.remove(imageId);
    this.#notify(imageId);
  }

  #notify(imageId: string): void {
    for (const listener of this.#watchers.get(imageId) ?? []) listener();
  }
}
