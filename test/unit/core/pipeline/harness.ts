import { PermanentError } from '../../../../core/errors.ts';
import { IMAGE_QUEUES, imageIdOf } from '../../../../core/names.ts';
import { readMessage } from '../../../../core/pipeline/messages/message.ts';
import { uploadBody } from '../../../../core/pipeline/messages/tasks.ts';
import type { ImageRecord, Source } from '../../../../core/pipeline/record.ts';
import { recordDeadLetter } from '../../../../core/pipeline/record-dead-letter.ts';
import { reprocess } from '../../../../core/pipeline/reprocess.ts';
import type { Classifier, WorkerPorts } from '../../../../core/ports.ts';
import { findRecipe } from '../../../../core/recipe.ts';
import { handleMessage } from '../../../support/handle-message.ts';
import { ManualClock } from '../../../support/memory/manual-clock.ts';
import { MemoryCatalog } from '../../../support/memory/memory-catalog.ts';
import { MemoryExports } from '../../../support/memory/memory-exports.ts';
import { memoryLinks } from '../../../support/memory/memory-links.ts';
import { MemoryObjectStore } from '../../../support/memory/memory-object-store.ts';
import { MemoryPublisher } from '../../../support/memory/memory-publisher.ts';
import { simulatedImaging } from '../../../support/simulated/imaging.ts';
import { SimulatedQueue } from '../../../support/simulated/queue.ts';
import { Random } from '../../../support/simulated/random.ts';
import { SETTINGS } from '../../../support/simulated/settings.ts';

/** The use cases over in-memory ports, with one worker that takes one message after the other. */
export class Harness {
  readonly clock = new ManualClock(new Date('2026-01-01T00:00:00.000Z'));
  readonly queue = new SimulatedQueue(new Random(1), () => this.clock.now().getTime());
  readonly catalog = new MemoryCatalog();
  readonly objects = new MemoryObjectStore(this.clock);
  readonly exports = new MemoryExports();
  readonly publisher = new MemoryPublisher();
  readonly ports: WorkerPorts & { classifier?: Classifier };

  constructor(overrides: Partial<WorkerPorts & { classifier: Classifier }> = {}) {
    this.queue.isUnreliable = false;
    this.ports = {
      objects: this.objects,
      queue: this.queue,
      catalog: this.catalog,
      exports: this.exports,
      publisher: this.publisher,
      links: memoryLinks(this.clock),
      imaging: simulatedImaging,
      clock: this.clock,
      settings: SETTINGS,
      ...overrides,
    };
  }

  /** Puts an object into the source bucket, without its event. */
  upload(key: string, text = 'good upload', metadata: Record<string, string> = {}): Promise<Source> {
    return this.objects.upload(SETTINGS.sourceBucket, key, Buffer.from(text), metadata);
  }

  async notify(source: Source): Promise<void> {
    await this.queue.send('ingest', [uploadBody(source)]);
  }

  /** Works until no message is visible. A message that fails stays in the queue until its visibility times out. */
  async work(): Promise<void> {
    for (;;) {
      const message = this.queue.receive(IMAGE_QUEUES);
      if (!message) return;
      try {
        await handleMessage(this.ports, message.queue, message.body);
      } catch (error) {
        if (error instanceof PermanentError)
          throw new Error('a permanent error left its use case', { cause: error });
        continue;
      }
      this.queue.remove(message);
    }
  }

  /** Works through every visibility timeout until only dead-letter messages are left. */
  async workToTheEnd(): Promise<void> {
    while (this.queue.messages.length > 0) {
      await this.work();
      this.clock.advance(360_000);
    }
  }

  async recordDeadLetters(): Promise<void> {
    for (let dead = this.queue.receiveDead(); dead; dead = this.queue.receiveDead()) {
      await recordDeadLetter(this.ports, readMessage(dead.queue, dead.body));
      this.queue.remove(dead);
    }
  }

  async record(source: Source): Promise<ImageRecord> {
    const record = await this.catalog.get(imageIdOf(source));
    if (!record) throw new Error('expected a record');
    return record;
  }

  /** Begins the next run. */
  reprocess(source: Source, recipe: string): Promise<ImageRecord> {
    return reprocess(this.ports, imageIdOf(source), findRecipe(SETTINGS.recipes, recipe));
  }

  outputKeys(): string[] {
    return this.objects.keys(SETTINGS.processedBucket).sort();
  }
}

/** Uploads an image and has it processed. The tasks of its parts are in the queue then. */
export async function fannedOut(harness: Harness): Promise<Source> {
  const source = await harness.upload('a.jpg');
  await handleMessage(harness.ports, 'ingest', uploadBody(source));
  return source;
}
