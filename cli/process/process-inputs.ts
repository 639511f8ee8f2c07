import { stat } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { reasonOf } from '../../core/errors.ts';
import { imageIdOf } from '../../core/names.ts';
import { redriveRun } from '../../core/pipeline/failures.ts';
import { resumeBody, uploadBody } from '../../core/pipeline/messages/tasks.ts';
import { publishEnd } from '../../core/pipeline/publish.ts';
import { hasEnded, type ImageRecord, type Source } from '../../core/pipeline/record.ts';
import { reprocess } from '../../core/pipeline/reprocess.ts';
import type { Ports } from '../../core/ports.ts';
import type { NamedRecipe } from '../../core/recipe.ts';
import { findSource } from '../../local/adapters/known-files.ts';
import type { EndedRuns } from '../../local/worker/ended-runs.ts';
import type { Runtime } from '../../local/worker/runtime.ts';
import { entryOf, type ResultEntry, unreadResult } from '../results.ts';
import { type Input, keyBelow } from './inputs.ts';

export interface ProcessJob {
  runtime: Runtime;
  ended: EndedRuns;
  /** The source folder: inputs lie below it. */
  root: string;
  bucket: string;
  recipe: NamedRecipe;
  /** Ends the job: no further input is begun, and none that is under way is told. */
  signal: AbortSignal;
}

/** Inputs that are under way at once: enough to keep the workers busy, whatever one image takes. */
const WINDOW = 32;

/**
 * Takes the inputs through the pipeline and yields how each ended, in their order. What an earlier command has done
 * by the same recipe is not done again; what it has begun is taken up.
 */
export async function* processInputs(job: ProcessJob, inputs: readonly Input[]): AsyncGenerator<ResultEntry> {
  const pending: Promise<ResultEntry>[] = [];
  const repeated = repeatedPaths(inputs);
  let next = 0;
  while (next < inputs.length || pending.length > 0) {
    while (next < inputs.length && pending.length < WINDOW) {
      const input = inputs[next++] as Input;
      pending.push(processInput(job, repeated, input));
    }
    const entry = await pending.shift();
    if (job.signal.aborted) return;
    if (entry) yield entry;
  }
}

/** The files that a command line names more than once: each is taken to its end once. */
type Repeated = Map<string, Promise<ImageRecord> | undefined>;

function repeatedPaths(inputs: readonly Input[]): Repeated {
  const seen = new Set<string>();
  const repeated: Repeated = new Map();
  for (const { path } of inputs) {
    if (seen.has(path)) repeated.set(path, undefined);
    seen.add(path);
  }
  return repeated;
}

async function processInput(
  job: ProcessJob,
  repeated: Repeated,
  { label, path }: Input,
): Promise<ResultEntry> {
  const { runtime, root, bucket } = job;
  const target = { store: runtime.store, known: runtime.known, bucket, directory: root };
  try {
    const source = await findSource(target, keyBelow(root, path));
    if (source) {
      const end = repeated.get(path) ?? endedRecord(job, source);
      if (repeated.has(path)) repeated.set(path, end);
      return await entryOf(runtime.ports, await end, { input: label, sourcePath: path });
    }
    const message = `${label} was there a moment ago, and is gone. Put it back and try again.`;
    return {
      sourcePath: path,
      result: unreadResult(label, 'REJECTED', { code: 'SOURCE_NOT_FOUND', message }),
    };
  } catch (error) {
    return { sourcePath: path, result: unreadResult(label, 'FAILED', reasonOf(error)) };
  }
}

/** The record of the source, brought to an end by the recipe that is asked for. */
async function endedRecord({ runtime, ended, recipe }: ProcessJob, source: Source): Promise<ImageRecord> {
  const { ports } = runtime;
  const imageId = imageIdOf(source);
  const known = await ports.catalog.get(imageId);
  const begin = async (run: number, attempt: number, send: () => Promise<unknown>): Promise<ImageRecord> => {
    const end = ended.end(imageId, { run, attempt });
    await send();
    await end;
    const record = await ports.catalog.get(imageId);
    if (!record) throw new Error(`expected a record of ${imageId}`);
    return record;
  };

  if (!known || !hasEnded(known)) {
    const { run, attempt } = known ?? { run: 1, attempt: 1 };
    const isFirst = run === 1 && attempt === 1;
    // Sent again also where it is under way: what is done already is not done twice.
    const body = isFirst ? uploadBody(source) : resumeBody({ imageId, run, attempt });
    const record = await begin(run, attempt, () => ports.queue.send('ingest', [body]));
    if (!known || isByRecipe(record, recipe)) return record;
    return begin(record.run + 1, 1, () => reprocess(ports, imageId, recipe.name));
  }
  if (known.state === 'COMPLETE' && isByRecipe(known, recipe) && (await outputsAreThere(ports, known))) {
    // An earlier command may have been killed between the end and its announcement.
    return publishEnd(ports, known);
  }
  if (known.state === 'FAILED' && isByRecipe(known, recipe)) {
    return begin(known.run, known.attempt + 1, () => redriveRun(ports, imageId));
  }
  return begin(known.run + 1, 1, () => reprocess(ports, imageId, recipe.name));
}

function isByRecipe(record: ImageRecord, wanted: NamedRecipe): boolean {
  return record.recipe === undefined || isDeepStrictEqual(record.recipe, wanted);
}

async function outputsAreThere(ports: Ports, record: ImageRecord): Promise<boolean> {
  const { result } = await entryOf(ports, record, { input: '', sourcePath: '' });
  const sizes = await Promise.all(
    result.outputs.map(async ({ path, bytes }) => {
      const stats = await stat(path).catch(() => undefined);
      return stats?.size === bytes;
    }),
  );
  return sizes.every(Boolean);
}
