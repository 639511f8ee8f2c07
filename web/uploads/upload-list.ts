import type { Api } from '../../client/http.ts';
import type { Limits } from '../../client/types.ts';
import type { UploadFile } from '../../client/uploads/entry.ts';
import type { UploadTotals } from '../../client/uploads/ledger.ts';
import { UploadEngine } from '../../client/uploads.ts';
import type { ImageBook } from '../images/image-book.ts';
import { Store } from '../ui/store.ts';
import { checkFile, identityOf, type Refusal } from './check-file.ts';
import { findImage } from './find-image.ts';

/** A file of this page: what the engine does with it, then the image that it became; or why it is not sent. */
export interface UploadItem {
  id: number;
  name: string;
  bytes: number;
  file: UploadFile | undefined;
  imageId: string | undefined;
  refusal: Refusal | undefined;
}

export interface BatchChoices {
  recipe?: string;
  album?: string;
}

/** Files are checked in groups, so that the page stays responsive. */
const CHECKED_AT_ONCE = 16;
/** Uploads that are looked up at once. */
const LOOKUPS_AT_ONCE = 4;

/** The uploads of this page, from the choice of files to the images that they become. */
export class UploadList extends Store {
  readonly #api: Api;
  readonly #images: ImageBook;
  readonly #engine: UploadEngine;
  readonly #items = new Map<number, UploadItem>();
  readonly #seen = new Set<string>();
  readonly #toFind: UploadItem[] = [];
  #finding = 0;
  /** Refused files have negative ids: the engine knows nothing of them. */
  #nextRefusal = -1;
  #checking = 0;
  #order: readonly UploadItem[] | undefined;

  constructor(api: Api, images: ImageBook) {
    super();
    this.#api = api;
    this.#images = images;
    this.#engine = new UploadEngine({ api });
    this.#engine.subscribe(({ files }) => {
      for (const file of files) this.#update(file);
      this.#hasChanged();
    });
  }

  /** In the order in which they were added. */
  get items(): readonly UploadItem[] {
    this.#order ??= [...this.#items.values()];
    return this.#order;
  }

  get totals(): UploadTotals {
    return this.#engine.totals;
  }

  /** Files whose content is still being looked at. */
  get checking(): number {
    return this.#checking;
  }

  /** Whether leaving the page would lose something. */
  get isUnderWay(): boolean {
    const { counts } = this.totals;
    return this.#checking + counts.waiting + counts.sending > 0;
  }

  /** Checks the files and sends those that are images. */
  async add(files: readonly File[], limits: Limits, choices: BatchChoices): Promise<void> {
    this.#checking += files.length;
    this.#hasChanged();
    for (let at = 0; at < files.length; at += CHECKED_AT_ONCE) {
      const group = files.slice(at, at + CHECKED_AT_ONCE);
      const checked = await Promise.all(
        group.map(async (file) => ({ file, ...(await this.#check(file, limits)) })),
      );
      for (const { file, type, refusal } of checked) {
        if (type === undefined) this.#refuse(file, refusal);
        else this.#send(file, type, choices);
      }
      this.#checking -= group.length;
      this.#hasChanged();
    }
  }

  pause(): void {
    this.#engine.pause();
  }

  resume(): void {
    this.#engine.resume();
  }

  cancel(id?: number): void {
    this.#engine.cancel(id);
  }

  retry(id?: number): void {
    this.#engine.retry(id);
  }

  /** Forgets what has ended; the same files may be sent again. */
  clear(): void {
    this.#engine.clear();
    for (const { id, file } of this.items) {
      if (file?.state !== 'waiting' && file?.state !== 'sending') this.#items.delete(id);
    }
    this.#seen.clear();
    this.#hasChanged();
  }

  async #check(file: File, limits: Limits): Promise<{ type?: string; refusal?: Refusal }> {
    const identity = identityOf(file);
    if (this.#seen.has(identity)) return { refusal: { kind: 'repeated' } };
    this.#seen.add(identity);
    const found = await checkFile(file, limits);
    return 'type' in found ? { type: found.type } : { refusal: found };
  }

  #send(file: File, type: string, choices: BatchChoices): void {
    const { name, size: bytes } = file;
    const [id] = this.#engine.add([{ name, bytes, type, ...choices, open: () => file }]);
    if (id === undefined) return;
    this.#items.set(id, { id, name, bytes, file: undefined, imageId: undefined, refusal: undefined });
  }

  #refuse({ name, size: bytes }: File, refusal: Refusal | undefined): void {
    const id = this.#nextRefusal--;
    this.#items.set(id, { id, name, bytes, file: undefined, imageId: undefined, refusal });
  }

  #update(file: UploadFile): void {
    const item = this.#items.get(file.id);
    if (item === undefined) return;
    const updated = { ...item, file };
    this.#items.set(file.id, updated);
    if (file.state === 'uploaded' && item.file?.state !== 'uploaded') {
      this.#toFind.push(updated);
      void this.#findNext();
    }
  }

  async #findNext(): Promise<void> {
    const next = this.#finding < LOOKUPS_AT_ONCE ? this.#toFind.shift() : undefined;
    if (next === undefined) return;
    this.#finding += 1;
    const imageId = await findImage(this.#api, next.file?.uploadId ?? '');
    this.#finding -= 1;
    const item = this.#items.get(next.id);
    if (item !== undefined && imageId !== undefined) {
      this.#items.set(next.id, { ...item, imageId });
      this.#images.read(imageId);
      this.#hasChanged();
    }
    void this.#findNext();
  }

  #hasChanged(): void {
    this.#order = undefined;
    this.changed();
  }
}
