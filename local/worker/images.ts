import { InvalidInputError } from '../../core/errors.ts';
import { imageIdOf } from '../../core/names.ts';
import { redriveRun } from '../../core/pipeline/failures.ts';
import { type ImageView, imageView, type OutputView } from '../../core/pipeline/image-view.ts';
import { resumeBody, uploadBody } from '../../core/pipeline/messages/tasks.ts';
import { publishEnd } from '../../core/pipeline/publish.ts';
import type { ImageRecord, Source } from '../../core/pipeline/record.ts';
import { reprocess } from '../../core/pipeline/reprocess.ts';
import { findRecipe } from '../../core/recipe.ts';
import { InboxFolder } from '../adapters/inbox-folder.ts';
import { findSource } from '../adapters/known-files.ts';
import type { DataFolder } from '../data-folder.ts';
import type { RunAttempt } from './ended-runs.ts';

/** An output of an image, and its file. */
export interface OutputFile extends OutputView {
  /** Absolute. */
  path: string;
}

/** The public view of an image on this machine. */
export interface LocalImageView extends ImageView {
  outputs: OutputFile[];
}

/**
 * The images of a data folder, as commands use them. Methods that begin work return the attempt whose end a caller
 * can wait for.
 */
export class Images {
  readonly #folder: DataFolder;

  constructor(folder: DataFolder) {
    this.#folder = folder;
  }

  /**
   * The file of the inbox under that key; undefined where there is none.
   *
   * @throws TransientError where it can't be read
   */
  find(key: string): Promise<Source | undefined> {
    const { store, known, inbox } = this.#folder;
    return findSource({ store, known, ...inbox }, key);
  }

  /** The record of an image; undefined where it was never received. */
  record(imageId: string): Promise<ImageRecord | undefined> {
    return this.#folder.ports.catalog.get(imageId);
  }

  /** The file of a source; undefined where there is none. */
  async sourcePath({ source }: ImageRecord): Promise<string | undefined> {
    return (await this.#folder.store.locate(source))?.path;
  }

  /** The records of the files that are in the inbox now, and of what was uploaded. */
  async *records(): AsyncGenerator<ImageRecord> {
    yield* this.#inboxRecords();
    for await (const imageId of this.#folder.uploads?.folder.imageIds() ?? []) {
      const record = await this.record(imageId);
      if (record) yield record;
    }
  }

  async *#inboxRecords(): AsyncGenerator<ImageRecord> {
    const inbox = new InboxFolder(
      this.#folder.inbox.directory,
      () => ({}),
      () => {},
    );
    for await (const key of inbox.keys()) {
      const source = await this.find(key);
      const record = source && (await this.record(imageIdOf(source)));
      if (record) yield record;
    }
  }

  /**
   * The public view of a record, with the path of each output.
   *
   * @throws TransientError where the outputs can't be looked up
   */
  async view(record: ImageRecord): Promise<LocalImageView> {
    const { store, ports } = this.#folder;
    const view = imageView(record, ports.settings.processedBucket);
    const outputs = view.outputs.map(async (output) => {
      const file = await store.locate(output);
      if (file === undefined) throw new InvalidInputError(`expected an output, received ${output.key}`);
      return { ...output, path: file.path };
    });
    return { ...view, outputs: await Promise.all(outputs) };
  }

  /** Sends a file of the inbox to the processor: the first attempt of its first run. */
  async submit(source: Source): Promise<RunAttempt> {
    await this.#folder.queue.send('ingest', [uploadBody(source)]);
    return { imageId: imageIdOf(source), run: 1, attempt: 1 };
  }

  /** Sends an attempt to the processor again that has begun and has not ended. Its finished parts stay. */
  async resume({ imageId, run, attempt }: RunAttempt): Promise<RunAttempt> {
    await this.#folder.queue.send('ingest', [resumeBody({ imageId, run, attempt })]);
    return { imageId, run, attempt };
  }

  /** Gives a failed run another attempt. @see redriveRun */
  redrive(imageId: string): Promise<RunAttempt> {
    return redriveRun(this.#folder.ports, imageId);
  }

  /** Begins another run by that recipe. @see reprocess */
  async reprocess(imageId: string, recipeName: string): Promise<RunAttempt> {
    const { ports } = this.#folder;
    return reprocess(ports, imageId, findRecipe(ports.settings.recipes, recipeName));
  }

  /** Publishes the end of a run, where a killed process has not. */
  publishEnd(record: ImageRecord): Promise<ImageRecord> {
    return publishEnd(this.#folder.ports, record);
  }
}
