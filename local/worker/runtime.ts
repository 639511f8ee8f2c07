import { join } from 'node:path';
import { reasonOf } from '../../core/errors.ts';
import { imagingWith } from '../../core/image/imaging.ts';
import { pixelsOf } from '../../core/images/try-recipe.ts';
import { IMAGE_QUEUES, type ImageQueue, intermediateKey, labelInputKey } from '../../core/names.ts';
import type { CompletionEvent } from '../../core/pipeline/messages/completion.ts';
import { endedMessage } from '../../core/pipeline/messages/ended-message.ts';
import type { ImageRecord } from '../../core/pipeline/record.ts';
import { sweep } from '../../core/pipeline/sweep.ts';
import type { Pixels } from '../../core/ports.ts';
import { findHeicDecoder } from '../../heic/find-decoder.ts';
import { SessionClassifier } from '../../labels/classifier.ts';
import { type DataFolder, type DataFolderOptions, openDataFolder } from '../data-folder.ts';
import { inboxLoop } from '../inbox/inbox-loop.ts';
import { InboxScanner, type ScanReport } from '../inbox/scan.ts';
import { type Log, openLog } from '../log.ts';
import { LiveHub } from '../server/live-hub.ts';
import type { LocalServer } from '../server/local-server.ts';
import { recoverUploads } from '../server/recover-uploads.ts';
import { boundedPixels } from './bounded-pixels.ts';
import { EndedRuns, type RunAttempt } from './ended-runs.ts';
import { removeExpired } from './exports-workers.ts';
import { Images } from './images.ts';
import { Loop } from './loop.ts';
import { imageAdmission } from './memory-admission.ts';
import { webhookLoop } from './webhook-loop.ts';
import { makeWorkers } from './workers.ts';

export interface RuntimeOptions extends DataFolderOptions {
  /** Images that are processed at once. */
  concurrency: number;
  /** A failed task is tried again after the first of these, then after twice that, up to the second. */
  retry: { firstMs: number; longestMs: number };
  /** Called, and awaited, after the end of a run was published; the same event may come again. */
  onEnded?(event: CompletionEvent): void | Promise<void>;
  /** Called after each scan of the inbox. Without it, the inbox is not watched. */
  onScanned?(report: ScanReport): void;
  /** Makes the local server; without it, there is none. Passed in, so that a batch does not load the API. */
  makeServer?(folder: DataFolder, parts: { live: LiveHub; pixels: Pixels; log: Log }): LocalServer;
}

/** Little on a laptop needs a repair, and a sweep costs one query. */
const SWEEP_EVERY_MS = 60_000;
/** How often ends are looked for that nobody here has published, or that came before anybody waited for them. */
const LOOK_FOR_ENDS_MS = 1000;

/** The whole pipeline in this process: workers, sweeper, recorder and webhooks over one data folder. */
export class Runtime {
  readonly images: Images;
  readonly #options: RuntimeOptions;
  readonly #folder: DataFolder;
  readonly #log: Log;
  readonly #loops: Loop[];
  readonly #endedRuns: EndedRuns;
  readonly #webhooks: Loop;
  readonly #server: LocalServer | undefined;
  readonly #live = new LiveHub();
  readonly #classifier = new SessionClassifier();

  /** Use {@link openRuntime}. */
  constructor(folder: DataFolder, options: RuntimeOptions) {
    const { ports, queue, outbox, publisher, visibilityMs } = folder;
    this.images = new Images(folder);
    this.#options = options;
    this.#folder = folder;
    this.#log = openLog(join(options.stateDir, 'darkroom.log'));
    const tools = { decodeHeic: findHeicDecoder() };
    this.#webhooks = webhookLoop(outbox, (error) => this.#report('webhook failed', error));
    this.#endedRuns = new EndedRuns({
      catalog: ports.catalog,
      lookEveryMs: LOOK_FOR_ENDS_MS,
      onError: (error) => this.#report('looking for ended runs failed', error),
    });
    const admission = imageAdmission(options.limits, tools);
    const { store: streams, exports } = folder;
    const workerPorts = {
      ...ports,
      imaging: imagingWith(tools),
      ...(ports.settings.labels === 'off' ? {} : { classifier: this.#classifier }),
      admission,
      progress: this.#live,
      streams,
      exports,
    };
    const pixels = boundedPixels(pixelsOf(workerPorts), options.concurrency);
    this.#server = options.makeServer?.(folder, { live: this.#live, pixels, log: this.#log });
    this.#loops = [
      ...makeWorkers(workerPorts, queue, { ...options, visibilityMs, log: this.#log }),
      this.#othersLoop(),
      this.#sweepLoop(),
      ...(options.onScanned ? [this.#inboxLoop(options.onScanned)] : []),
    ];
    publisher.onPublished((event) => this.#onPublished(event));
  }

  /**
   * Continues what the last process left when it was stopped or killed.
   *
   * @throws InvalidInputError where the port of the local server is in use
   */
  async start(): Promise<void> {
    // First, so that every link that the workers make names the port.
    await this.#server?.listen();
    await this.#recoverUploads();
    this.#log.info('start', { pid: process.pid, port: this.#folder.address.port });
    for (const loop of [...this.#loops, this.#endedRuns, this.#webhooks]) loop.start();
  }

  /** Finishes the tasks in hand, keeps the others for the next start, and lets go of the folder. */
  async stop(): Promise<void> {
    await this.#server?.close();
    await Promise.all(this.#loops.map((loop) => loop.stop()));
    await Promise.all([this.#endedRuns.stop(), this.#webhooks.stop(), this.#classifier.close()]);
    this.#log.info('stop', { pid: process.pid });
    this.#folder.database.close();
  }

  /** Where the local server is: `http://127.0.0.1:4400`. */
  get origin(): string {
    return this.#folder.address.origin;
  }

  /** The number of messages that wait or are in hand, by queue. */
  async backlog(): Promise<Record<ImageQueue, number>> {
    const { queue } = this.#folder;
    const counts = IMAGE_QUEUES.map(async (name) => [name, await queue.backlog(name)] as const);
    return Object.fromEntries(await Promise.all(counts)) as Record<ImageQueue, number>;
  }

  /** Resolves with the image's record once that attempt has ended, or a later attempt or run has begun. */
  end(run: RunAttempt): Promise<ImageRecord> {
    return this.#endedRuns.end(run);
  }

  async #recoverUploads(): Promise<void> {
    const { uploads, store, queue } = this.#folder;
    const sent = uploads ? await recoverUploads(uploads, store, queue) : 0;
    if (sent > 0) this.#log.info('uploads without a record', { sent });
  }

  #sweepLoop(): Loop {
    return new Loop({
      step: async () => {
        const report = await sweep(this.#folder.ports);
        if (Object.values(report).some((number) => number > 0)) this.#log.info('sweep', report);
        const removed = await removeExpired(this.#folder.ports, this.#folder.exports);
        if (removed > 0) this.#log.info('exports removed', { removed });
        return SWEEP_EVERY_MS;
      },
      onError: (error) => this.#report('sweep failed', error),
    });
  }

  /** Another process, such as `darkroom failed redrive`, may end a run. */
  #othersLoop(): Loop {
    return new Loop({
      step: async () => {
        await this.#folder.publisher.publishPending();
        return LOOK_FOR_ENDS_MS;
      },
      onError: (error) => this.#report('publishing the events of other processes failed', error),
    });
  }

  #inboxLoop(onScanned: (report: ScanReport) => void): Loop {
    const { inbox, store, queue, known } = this.#folder;
    const { onError } = this.#options;
    const scanner = new InboxScanner({ ...inbox, store, queue, known, onError });
    return inboxLoop({
      directory: inbox.directory,
      scanner,
      onScanned,
      onError: (error) => this.#report('the scan of the inbox failed', error),
    });
  }

  async #onPublished(event: CompletionEvent): Promise<void> {
    if (event.type === 'image.completed') await this.#deleteIntermediate(event);
    this.#endedRuns.notify();
    await this.#live.publish(endedMessage(event));
    await this.#options.onEnded?.(event);
  }

  /** Nothing needs it after COMPLETE; on AWS a lifecycle rule does this. */
  async #deleteIntermediate({ imageId, run }: CompletionEvent): Promise<void> {
    const { objects, settings } = this.#folder.ports;
    try {
      for (const key of [intermediateKey(imageId, run), labelInputKey(imageId, run)]) {
        await objects.delete({ bucket: settings.processedBucket, key });
      }
    } catch (error) {
      this.#log.error('an intermediate could not be deleted', error, { imageId });
    }
  }

  #report(message: string, error: unknown): void {
    this.#log.error(message, error);
    this.#options.onError(reasonOf(error));
  }
}

/**
 * Opens the data folder for this process alone. Nothing runs before `start`.
 *
 * @throws FolderInUseError where another process has it
 * @throws TransientError where it can't be written
 */
export function openRuntime(options: RuntimeOptions): Runtime {
  return new Runtime(openDataFolder(options), options);
}
