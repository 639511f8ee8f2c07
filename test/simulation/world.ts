import { InvalidInputError } from '../../core/errors.ts';
import { IMAGE_QUEUES, imageIdOf } from '../../core/names.ts';
import { deleteImage } from '../../core/pipeline/delete-image.ts';
import { readMessage } from '../../core/pipeline/messages/message.ts';
import { uploadBody } from '../../core/pipeline/messages/tasks.ts';
import { reconcile } from '../../core/pipeline/reconcile.ts';
import type { ImageRecord, Source } from '../../core/pipeline/record.ts';
import { recordDeadLetter } from '../../core/pipeline/record-dead-letter.ts';
import { reprocess } from '../../core/pipeline/reprocess.ts';
import { sweep } from '../../core/pipeline/sweep.ts';
import { moveToTrash, restoreFromTrash } from '../../core/pipeline/transitions.ts';
import type { LabelPorts, Ports, WorkerPorts } from '../../core/ports.ts';
import { findRecipe } from '../../core/recipe.ts';
import { handleMessage } from '../support/handle-message.ts';
import { ManualClock } from '../support/memory/manual-clock.ts';
import { MemoryCatalog } from '../support/memory/memory-catalog.ts';
import { MemoryExports } from '../support/memory/memory-exports.ts';
import { memoryLinks } from '../support/memory/memory-links.ts';
import { MemoryObjectStore } from '../support/memory/memory-object-store.ts';
import { MemoryPublisher } from '../support/memory/memory-publisher.ts';
import {
  simulatedClassifier,
  simulatedImaging,
  type UploadKind,
  uploadBytes,
} from '../support/simulated/imaging.ts';
import { type Message, SimulatedQueue } from '../support/simulated/queue.ts';
import { Random } from '../support/simulated/random.ts';
import { MAX_WORK_MS, SETTINGS } from '../support/simulated/settings.ts';
import { type Bug, sabotage } from './bugs.ts';
import { FaultInjector, type Invocation } from './faults.ts';
import { Invariants } from './invariants.ts';
import { observeCatalog, observePublisher } from './observers.ts';
import { Scheduler, settled } from './scheduler.ts';

type SimulatedPorts = WorkerPorts & LabelPorts;

export interface Upload {
  imageId: string;
  kind: UploadKind;
  source: Source;
  bytes: Buffer;
  /** Starts of work on it that were cut off; three may end it as PROCESSING_LIMIT. */
  interruptions: number;
  deletionAsked: boolean;
  /** The recipe that it asks for. */
  recipe: string | undefined;
  /** It was deleted or reprocessed, so it may need the sweeper. */
  handled: boolean;
}

/** What somebody does to an image whose record there is already. */
async function ofKnown(
  ports: Ports,
  { imageId }: Upload,
  change: (ports: Ports, record: ImageRecord) => Promise<unknown>,
): Promise<void> {
  const record = await ports.catalog.get(imageId);
  if (record) await change(ports, record);
}

const RECIPES = [
  'augment',
  'one-rotation',
  'no-rotation',
  'labelled',
  'labels-alone',
  'vivid',
  'no-such-recipe',
];
const MAX_AT_ONCE = 6;

/** The pipeline in a world where everything that can go wrong goes wrong, in an order that one seed decides. */
export class World {
  readonly clock = new ManualClock(new Date('2026-01-01T00:00:00.000Z'));
  readonly scheduler = new Scheduler();
  readonly random: Random;
  readonly queue: SimulatedQueue;
  readonly faults: FaultInjector;
  readonly invariants: Invariants;
  readonly uploads: Upload[] = [];
  readonly trace: string[] = [];
  readonly objects: MemoryObjectStore;
  readonly catalog: MemoryCatalog;
  readonly running = new Set<Invocation>();
  private readonly ports: Omit<SimulatedPorts, 'settings' | 'clock'>;
  private readonly bug: Bug | undefined;

  constructor(seed: number, bug?: Bug) {
    this.bug = bug;
    this.random = new Random(seed);
    this.queue = new SimulatedQueue(this.random, () => this.now);
    this.faults = new FaultInjector(this.random, this.scheduler, (line) => this.log(line));
    this.objects = new MemoryObjectStore(this.clock);
    this.catalog = new MemoryCatalog();
    this.invariants = new Invariants({
      output: (key) => this.objects.peek({ bucket: SETTINGS.processedBucket, key }),
      upload: (imageId) => this.uploads.find((upload) => upload.imageId === imageId)?.bytes,
      isDeletionAsked: (imageId) =>
        this.uploads.some((upload) => upload.imageId === imageId && upload.deletionAsked),
      now: () => this.now,
    });
    const ports = {
      objects: this.objects,
      queue: this.queue,
      catalog: observeCatalog(this.catalog, this.invariants),
      exports: new MemoryExports(),
      publisher: observePublisher(new MemoryPublisher(), this.invariants),
      links: memoryLinks(this.clock),
      imaging: simulatedImaging,
      classifier: simulatedClassifier,
    };
    this.ports = bug ? sabotage(bug, ports, (work) => void this.scheduler.turn().then(work)) : ports;
  }

  get now(): number {
    return this.clock.now().getTime();
  }

  log(line: string): void {
    this.trace.push(`${new Date(this.now).toISOString().slice(8, 19)} ${line}`);
  }

  /** A new object in the source bucket. Its event may be lost, late or repeated. */
  async upload(): Promise<void> {
    const kind = this.random.weighted<UploadKind>({ good: 8, corrupt: 1, poison: 1, puzzling: 1 });
    const bytes = uploadBytes(kind, this.uploads.length + 1);
    // Some overwrite an earlier key, which makes a new image.
    const key = `photos/${this.random.int(1, 3)}.jpg`;
    const recipe = this.random.chance(0.5) ? undefined : this.random.pick(RECIPES);
    const source = await this.objects.upload(SETTINGS.sourceBucket, key, bytes, recipe ? { recipe } : {});
    const imageId = imageIdOf(source);
    this.uploads.push({
      imageId,
      kind,
      source,
      bytes,
      recipe,
      interruptions: 0,
      deletionAsked: false,
      handled: false,
    });
    const lost = this.random.chance(0.05);
    this.log(`upload ${imageId.slice(0, 8)} ${kind} ${recipe ?? ''}${lost ? ', its event is lost' : ''}`);
    if (!lost) await this.queue.send('ingest', [uploadBody(source)]);
  }

  /** S3 sends the event of the same upload once more. */
  async repeatEvent(upload: Upload): Promise<void> {
    await this.queue.send('ingest', [uploadBody(upload.source)]);
  }

  /** Gives a worker a message, if there is one. */
  deliver(): boolean {
    if (this.running.size >= MAX_AT_ONCE) return false;
    const message = this.queue.receive(IMAGE_QUEUES);
    if (!message) return false;
    const label = `${message.queue} #${message.id}.${message.receives}`;
    if (this.bug === 'acknowledge-first') this.queue.remove(message);
    this.run(label, (ports) => handleMessage(ports, message.queue, message.body), message);
    return true;
  }

  /** Gives the recorder a dead-letter message, if there is one. */
  deliverDead(): boolean {
    const message = this.queue.receiveDead();
    if (!message) return false;
    this.run(
      `recorder #${message.id}`,
      (ports) => recordDeadLetter(ports, readMessage(message.queue, message.body)),
      message,
    );
    return true;
  }

  sweep(): void {
    this.run('sweeper', sweep);
  }

  reconcile(): void {
    this.run('reconciler', reconcile);
  }

  delete(upload: Upload): void {
    upload.deletionAsked = true;
    upload.handled = true;
    this.run(`delete ${upload.imageId.slice(0, 8)}`, (ports) => deleteImage(ports, upload.imageId));
  }

  /** Somebody moves the image to the trash, or takes it out. */
  trash(upload: Upload): void {
    this.run(`trash ${upload.imageId.slice(0, 8)}`, (ports) => ofKnown(ports, upload, moveToTrash));
  }

  restore(upload: Upload): void {
    this.run(`restore ${upload.imageId.slice(0, 8)}`, (ports) => ofKnown(ports, upload, restoreFromTrash));
  }

  reprocess(upload: Upload): void {
    upload.handled = true;
    const name = this.random.pick([undefined, 'one-rotation', 'plain']);
    const recipe = name === undefined ? undefined : findRecipe(SETTINGS.recipes, name);
    this.run(`reprocess ${upload.imageId.slice(0, 8)}`, (ports) => reprocess(ports, upload.imageId, recipe));
  }

  /** Deletes an intermediate, as if it had expired. */
  async loseIntermediate(): Promise<void> {
    const keys = this.objects.keys(SETTINGS.processedBucket).filter((key) => key.startsWith('work/'));
    if (keys.length === 0) return;
    const key = this.random.pick(keys);
    this.log(`lost ${key}`);
    await this.objects.delete({ bucket: SETTINGS.processedBucket, key });
  }

  /** Starts some work, which goes on as the scheduler decides. Its message is removed only after it has succeeded. */
  run(label: string, work: (ports: SimulatedPorts) => Promise<unknown>, message?: Message): void {
    const invocation: Invocation = {
      label,
      startedAt: this.now,
      dead: false,
      unrecorded: false,
      interrupted: () => this.interrupt(invocation, message),
    };
    this.running.add(invocation);
    this.log(`${label} starts`);
    work(this.portsOf(invocation)).then(
      () => this.finish(invocation, message),
      (error: unknown) => this.fail(invocation, error, message),
    );
  }

  /** Ends invocations that run too long, as Lambda does. */
  endOverdue(): void {
    for (const invocation of this.running) {
      if (this.now - invocation.startedAt <= MAX_WORK_MS) continue;
      this.log(`${invocation.label} is ended after its time`);
      invocation.dead = true;
      invocation.interrupted();
    }
  }

  advance(ms: number): void {
    this.clock.advance(ms);
    this.endOverdue();
  }

  /** Runs all invocations to their end. */
  async finishRunning(): Promise<void> {
    await settled();
    while (!this.scheduler.idle) await this.scheduler.runOne(this.random);
  }

  private portsOf(invocation: Invocation): SimulatedPorts {
    const wrap = <P extends object>(name: string, port: P) => this.faults.wrap(name, port, invocation);
    return {
      objects: wrap('objects', this.ports.objects),
      queue: wrap('queue', this.ports.queue),
      catalog: wrap('catalog', this.ports.catalog),
      exports: wrap('exports', this.ports.exports),
      publisher: wrap('publisher', this.ports.publisher),
      links: wrap('links', this.ports.links),
      imaging: wrap('imaging', this.ports.imaging),
      classifier: wrap('classifier', this.ports.classifier),
      clock: this.clock,
      settings: SETTINGS,
    };
  }

  private interrupt(invocation: Invocation, message?: Message): void {
    this.running.delete(invocation);
    this.countInterruption(message);
  }

  /** Other workers take an invocation for dead that runs beyond `maxStartMs` or could not update the catalog. */
  private end(invocation: Invocation, message?: Message): void {
    this.running.delete(invocation);
    const overdue = this.now - invocation.startedAt > SETTINGS.maxStartMs;
    if (overdue || invocation.unrecorded) this.countInterruption(message);
  }

  private countInterruption(message?: Message): void {
    if (message?.queue !== 'ingest') return;
    for (const upload of this.uploads) {
      const { imageId, source } = upload;
      if (message.body.includes(imageId) || message.body.includes(source.versionId)) upload.interruptions++;
    }
  }

  private finish(invocation: Invocation, message?: Message): void {
    this.end(invocation, message);
    this.log(`${invocation.label} ends`);
    if (message) this.queue.remove(message);
  }

  private fail(invocation: Invocation, error: unknown, message?: Message): void {
    this.end(invocation, message);
    const { name, message: text } = error instanceof Error ? error : new Error(String(error));
    this.log(`${invocation.label} fails: ${name}: ${text}`);
    const expected =
      ['TransientError', 'UnprocessableMessageError'].includes(name) || error instanceof InvalidInputError;
    if (!expected) this.invariants.violations.push(`${invocation.label} threw ${name}: ${text}`);
  }
}
