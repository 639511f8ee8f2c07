import { join } from 'node:path';
import { type Reason, reasonOf } from '../../core/errors.ts';
import { intermediateKey, type QueueName } from '../../core/names.ts';
import type { CompletionEvent } from '../../core/pipeline/messages/completion.ts';
import { sweep } from '../../core/pipeline/sweep.ts';
import type { WorkerPorts } from '../../core/ports.ts';
import { KnownFiles } from '../adapters/known-files.ts';
import { type DataFolder, type DataFolderOptions, openDataFolder } from '../data-folder.ts';
import { type Log, openLog } from '../log.ts';
import type { TaskLoop } from './task-loop.ts';
import { WebhookSender } from './webhook-sender.ts';
import { makeWorkers } from './workers.ts';

export interface RuntimeOptions extends DataFolderOptions {
  /** Images that are worked on at once. */
  concurrency: number;
  /** A failed task is tried again after so long, then twice that, and so on to the longest. */
  retry: { firstMs: number; longestMs: number };
  /** A run has ended and it has been announced; the same event may come again. */
  onEnded(event: CompletionEvent): void;
}

/** On a laptop little gets lost that needs repair; a look costs one query. */
const SWEEP_EVERY_MS = 60_000;

/** The whole pipeline in this process: stages, sweeper, recorder of dead letters and webhooks over one data folder. */
export class Runtime {
  readonly ports: WorkerPorts;
  readonly store: DataFolder['store'];
  readonly known: KnownFiles;
  readonly log: Log;
  readonly #folder: DataFolder;
  readonly #onError: (problem: Reason) => void;
  readonly #workers: TaskLoop[];
  readonly #webhooks: WebhookSender;
  #sweeper: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> = Promise.resolve();

  /** Use {@link openRuntime}. */
  constructor(folder: DataFolder, options: RuntimeOptions) {
    this.#folder = folder;
    this.#onError = options.onError;
    this.store = folder.store;
    this.known = new KnownFiles(folder.database);
    this.log = openLog(join(options.stateDir, 'darkroom.log'));
    this.ports = this.#withSignals(folder.ports, options);
    this.#workers = makeWorkers(this.ports, folder.queue, {
      ...options,
      visibilityMs: folder.visibilityMs,
      log: this.log,
    });
    this.#webhooks = new WebhookSender(folder.outbox, (error) => this.#report('webhook failed', error));
  }

  /** Goes on where the last process was stopped or killed. */
  start(): void {
    this.log.info('start', { pid: process.pid });
    for (const worker of this.#workers) worker.start();
    this.#webhooks.start();
    this.#startSweep();
    this.#sweeper = setInterval(() => this.#startSweep(), SWEEP_EVERY_MS).unref();
  }

  /** Ends what is in hand, keeps the rest for the next start, and lets go of the folder. */
  async stop(): Promise<void> {
    clearInterval(this.#sweeper);
    await Promise.all([...this.#workers.map((worker) => worker.stop()), this.#sweeping]);
    await this.#webhooks.stop();
    this.log.info('stop', { pid: process.pid });
    this.#folder.database.close();
  }

  /** Images that wait or are at work, and rotations. */
  async backlog(): Promise<Record<QueueName, number>> {
    const { queue } = this.ports;
    return { ingest: await queue.backlog('ingest'), parts: await queue.backlog('parts') };
  }

  #startSweep(): void {
    this.#sweeping = sweep(this.ports).then(
      (report) => {
        if (Object.values(report).some((number) => number > 0)) this.log.info('sweep', report);
      },
      (error) => this.#report('sweep failed', error),
    );
  }

  #report(message: string, error: unknown): void {
    this.log.error(message, error);
    this.#onError(reasonOf(error));
  }

  /** The ports, which also wake whoever has something to do now. */
  #withSignals(ports: WorkerPorts, options: RuntimeOptions): WorkerPorts {
    return {
      ...ports,
      queue: {
        send: async (queue, bodies) => {
          await ports.queue.send(queue, bodies);
          this.#workers.find(({ address }) => address === queue)?.notify();
        },
        backlog: (queue) => ports.queue.backlog(queue),
      },
      publisher: {
        publish: async (event) => {
          await ports.publisher.publish(event);
          this.#webhooks.notify();
          if (event.type === 'image.completed') await this.#deleteIntermediate(event);
          options.onEnded(event);
        },
      },
    };
  }

  /** Nothing needs it after COMPLETE; on AWS a lifecycle rule does this. */
  async #deleteIntermediate({ imageId, run }: CompletionEvent): Promise<void> {
    const { objects, settings } = this.#folder.ports;
    try {
      await objects.delete({ bucket: settings.processedBucket, key: intermediateKey(imageId, run) });
    } catch (error) {
      this.log.error('an intermediate could not be erased', error, { imageId });
    }
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
