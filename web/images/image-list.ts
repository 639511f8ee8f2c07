import type { Api } from '../../client/http.ts';
import { asProblem, type ProblemError } from '../../client/problem.ts';
import type { ImagePage, ImageQuery, ImageView } from '../../client/types.ts';
import { Store } from '../ui/store.ts';
import { belongs, compareIn, type ImageFilter } from './filter.ts';

const PAGE = 200;

/** Where the images themselves are. */
interface KnownImages {
  get(imageId: string): ImageView | undefined;
  put(image: ImageView): void;
}

/** The images of one filter, in order. Pages are read one after the other until all are here. */
export class ImageList extends Store {
  readonly filter: ImageFilter;
  readonly #api: Api;
  readonly #book: KnownImages;
  #ids: string[] = [];
  #known = new Set<string>();
  #next: string | null | undefined;
  #total: ImagePage['total'] = null;
  #problem: ProblemError | undefined;
  #reading: Promise<void> | undefined;
  #refreshing: Promise<void> | undefined;

  constructor(api: Api, book: KnownImages, filter: ImageFilter) {
    super();
    this.#api = api;
    this.#book = book;
    this.filter = filter;
  }

  /** In order. The array is never changed in place. */
  get ids(): readonly string[] {
    return this.#ids;
  }

  /** Undefined until the first page is here. */
  get isComplete(): boolean | undefined {
    return this.#next === undefined ? undefined : this.#next === null;
  }

  /** How many there are, where the server says so. */
  get total(): ImagePage['total'] {
    return this.isComplete ? { count: this.#ids.length, isExact: true } : this.#total;
  }

  /** Why the next page could not be read. */
  get problem(): ProblemError | undefined {
    return this.#problem;
  }

  /** Reads on until everything is here, or a page fails. */
  readAll(): Promise<void> {
    this.#reading ??= this.#readPages().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  /** Reads what is shown again, beside what is there. */
  refresh(): Promise<void> {
    if (this.#next === undefined) return this.#problem === undefined ? Promise.resolve() : this.readAll();
    this.#refreshing ??= this.#rereadPages().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  /** An image has changed: it may enter the list, leave it, or stand elsewhere. */
  note(image: ImageView, before: ImageView | undefined): void {
    const isKnown = this.#known.has(image.imageId);
    if (!belongs(image, this.filter)) {
      if (isKnown) this.remove(image.imageId);
      return;
    }
    if (this.#next === undefined) return;
    if (isKnown) {
      // The size of the picture has become known: it takes another place.
      if (before === undefined || before.source.widthPx === image.source.widthPx) return;
      this.#ids = [...this.#ids];
      this.changed();
      return;
    }
    this.#insert(image);
    if (this.#total !== null) this.#total = { ...this.#total, count: this.#total.count + 1 };
    this.changed();
  }

  remove(imageId: string): void {
    if (!this.#known.delete(imageId)) return;
    this.#ids = this.#ids.filter((id) => id !== imageId);
    if (this.#total !== null) this.#total = { ...this.#total, count: Math.max(0, this.#total.count - 1) };
    this.changed();
  }

  async #readPages(): Promise<void> {
    this.#problem = undefined;
    try {
      while (this.#next !== null) this.#append(await this.#page(this.#next));
    } catch (error) {
      this.#problem = asProblem(error);
      this.changed();
    }
  }

  async #rereadPages(): Promise<void> {
    const ids: string[] = [];
    let cursor: string | null | undefined;
    try {
      do {
        const page = await this.#page(cursor);
        if (page.total !== null) this.#total = page.total;
        for (const image of page.images) this.#book.put(image);
        ids.push(...page.images.map(({ imageId }) => imageId));
        cursor = page.next;
      } while (cursor !== null && ids.length < this.#ids.length);
    } catch (error) {
      this.#problem = asProblem(error);
      this.changed();
      return;
    }
    this.#problem = undefined;
    this.#ids = ids;
    this.#known = new Set(ids);
    this.#next = cursor;
    this.changed();
    void this.readAll();
  }

  #append(page: ImagePage): void {
    if (page.total !== null) this.#total = page.total;
    const fresh = page.images.filter(({ imageId }) => !this.#known.has(imageId));
    for (const { imageId } of fresh) this.#known.add(imageId);
    this.#ids = [...this.#ids, ...fresh.map(({ imageId }) => imageId)];
    this.#next = page.next;
    for (const image of page.images) this.#book.put(image);
    this.changed();
  }

  /** By halving: the list is sorted. */
  #insert(image: ImageView): void {
    const compare = compareIn(this.filter);
    let [low, high] = [0, this.#ids.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#book.get(this.#ids[middle] ?? '');
      if (other !== undefined && compare(other, image) <= 0) low = middle + 1;
      else high = middle;
    }
    this.#known.add(image.imageId);
    this.#ids = this.#ids.toSpliced(low, 0, image.imageId);
  }

  #page(cursor: string | null | undefined): Promise<ImagePage> {
    const { from, to, ...rest } = this.filter;
    const query: ImageQuery = { ...rest, limit: PAGE };
    if (from !== undefined) query.from = `${from}T00:00:00.000Z`;
    if (to !== undefined) query.to = `${to}T23:59:59.999Z`;
    if (cursor) query.cursor = cursor;
    return this.#api.call('GET /images', { query });
  }
}
