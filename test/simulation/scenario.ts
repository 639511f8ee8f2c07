import { listFailedRuns, redriveRun, redriveUnprocessableMessage } from '../../core/pipeline/failures.ts';
import { hasEnded, isUnderWay } from '../../core/pipeline/record.ts';
import type { Ports } from '../../core/ports.ts';
import { SETTINGS, VISIBILITY_MS } from '../support/simulated/settings.ts';
import type { Bug } from './bugs.ts';
import { belongsTo } from './invariants.ts';
import { type Upload, World } from './world.ts';

export interface Outcome {
  seed: number;
  violations: string[];
  trace: string[];
  /** How many images ended in each state, and how often each fault struck. */
  states: Record<string, number>;
  faults: Record<string, number>;
}

/** A world that still has work to do after this many rounds breaks an invariant. */
const MAX_ROUNDS = 150;

/**
 * One world, from the first upload to the last redrive. In a rough phase everything goes wrong. In the calm phase that
 * follows, every run must end. Then every failed run is redriven, and must end as its upload requires.
 */
export async function simulate(seed: number, bug?: Bug): Promise<Outcome> {
  const world = new World(seed, bug);
  await roughPhase(world);
  world.faults.calmDown();
  world.queue.isUnreliable = false;
  await world.finishRunning();
  // A message that was sent and received must be enough. The sweeper repairs only what was lost.
  await untilIdle(world, { repair: false });
  await checkArrivals(world);
  await untilIdle(world, { repair: true });
  await redriveFailures(world);
  await untilIdle(world, { repair: true });
  await checkEnd(world);
  return outcomeOf(world, seed);
}

async function roughPhase(world: World): Promise<void> {
  const { random } = world;
  const uploads = random.int(1, 4);
  for (let i = 0; i < uploads; i++) await world.upload();
  const steps = random.int(50, 400);
  for (let step = 0; step < steps && world.invariants.violations.length === 0; step++) {
    await roughStep(world);
  }
}

async function roughStep(world: World): Promise<void> {
  const { random } = world;
  const uploaded = random.pick(world.uploads);
  const action = random.weighted({
    turn: 60,
    deliver: 14,
    wait: 5,
    sweep: 1.5,
    dead: 2,
    reconcile: 0.3,
    again: 0.7,
    lose: 0.7,
    delete: 0.15,
    reprocess: 1,
    trash: 0.4,
    restore: 0.4,
  });
  switch (action) {
    case 'turn':
      if (!world.scheduler.idle) return world.scheduler.runOne(random);
      return world.advance(random.int(1, VISIBILITY_MS));
    case 'deliver':
      world.deliver();
      return;
    case 'wait':
      return world.advance(
        random.chance(0.8) ? random.int(1, 60_000) : random.int(60_000, SETTINGS.stuckAfterMs),
      );
    case 'sweep':
      return world.sweep();
    case 'dead':
      world.deliverDead();
      return;
    case 'reconcile':
      return world.reconcile();
    case 'again':
      return world.repeatEvent(uploaded);
    case 'lose':
      return world.loseIntermediate();
    case 'delete':
      return world.delete(uploaded);
    case 'reprocess':
      return world.reprocess(uploaded);
    case 'trash':
      return world.trash(uploaded);
    case 'restore':
      return world.restore(uploaded);
  }
}

/** Runs the workers, and the sweeper and the reconciler where asked, until nothing is left to do. */
async function untilIdle(world: World, { repair }: { repair: boolean }): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    if (world.invariants.violations.length > 0) return;
    let worked = true;
    while (worked) {
      worked = world.deliver() || world.deliverDead();
      await world.finishRunning();
    }
    const waiting = world.queue.messages.length + world.queue.dead.length > 0;
    if (!waiting && (!repair || (await nothingDue(world)))) return;
    world.advance(waiting ? VISIBILITY_MS : SETTINGS.stuckAfterMs);
    if (!repair || waiting) continue;
    world.sweep();
    world.reconcile();
    await world.finishRunning();
  }
  world.invariants.violations.push(`after ${MAX_ROUNDS} rounds of calm there is still work to do`);
}

async function nothingDue(world: World): Promise<boolean> {
  for (const { imageId } of world.uploads) {
    const record = await world.catalog.get(imageId);
    if (!record || record.dueAt !== undefined) return false;
  }
  return true;
}

/** Every upload whose event arrived has ended without the sweeper. */
async function checkArrivals(world: World): Promise<void> {
  for (const upload of world.uploads) {
    const record = await world.catalog.get(upload.imageId);
    if (record && isUnderWay(record) && !upload.handled) {
      world.invariants.broken(upload, `its messages are gone, and it is ${record.state}`);
    }
  }
}

async function redriveFailures(world: World): Promise<void> {
  world.run('redrive', async (ports: Ports) => {
    for await (const record of listFailedRuns(ports)) await redriveRun(ports, record.imageId);
    for await (const unprocessable of ports.catalog.unprocessableMessages())
      await redriveUnprocessableMessage(ports, unprocessable);
  });
  await world.finishRunning();
}

async function checkEnd(world: World): Promise<void> {
  for (const upload of world.uploads) await checkUpload(world, upload);
  for (const key of world.objects.keys(SETTINGS.processedBucket)) {
    const owner = world.uploads.find(({ imageId }) => belongsTo(key, imageId));
    const record = owner && (await world.catalog.get(owner.imageId));
    if (!record || record.state === 'DELETED') {
      world.invariants.violations.push(`the output ${key} belongs to no image`);
    }
  }
}

async function checkUpload(world: World, upload: Upload): Promise<void> {
  const { invariants } = world;
  const record = await world.catalog.get(upload.imageId);
  if (!record) return invariants.broken(upload, 'it was lost: the catalog has no record of it');
  invariants.checkAtRest(record);
  if (record.state === 'FAILED')
    invariants.broken(upload, `redriven in calm, it FAILED: ${record.reason?.message}`);
  if (!hasEnded(record)) return;
  const expected = expectedEnd(upload, record.reason?.code);
  if (record.state !== expected) {
    invariants.broken(upload, `a ${upload.kind} upload is ${record.state} ${record.reason?.code ?? ''}`);
  }
}

/** The state in which an upload must end once everything works. */
function expectedEnd(upload: Upload, code: string | undefined): 'COMPLETE' | 'REJECTED' {
  if (upload.kind === 'corrupt' || upload.kind === 'poison') return 'REJECTED';
  if (code === 'PROCESSING_LIMIT' && upload.interruptions >= SETTINGS.maxStarts) return 'REJECTED';
  if (code === 'UNKNOWN_RECIPE' && upload.recipe === 'no-such-recipe') return 'REJECTED';
  return 'COMPLETE';
}

async function outcomeOf(world: World, seed: number): Promise<Outcome> {
  const states: Record<string, number> = {};
  for (const { imageId, deletionAsked } of world.uploads) {
    const found = (await world.catalog.get(imageId))?.state ?? 'LOST';
    const state = found === 'DELETED' && !deletionAsked ? 'PURGED' : found;
    states[state] = (states[state] ?? 0) + 1;
  }
  const { violations } = world.invariants;
  return { seed, violations, trace: world.trace, states, faults: { ...world.faults.counts } };
}
