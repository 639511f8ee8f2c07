import { stat } from 'node:fs/promises';
import { reasonOf } from '../../core/errors.ts';
import { imageIdOf } from '../../core/names.ts';
import { isMadeBy, nextStep } from '../../core/pipeline/next-step.ts';
import type { ImageRecord, Source } from '../../core/pipeline/record.ts';
import type { NamedRecipe } from '../../core/recipe.ts';
import { UNREADABLE_NAME } from '../../local/adapters/inbox-folder.ts';
import type { RunAttempt } from '../../local/worker/ended-runs.ts';
import type { Images } from '../../local/worker/images.ts';
import type { Runtime } from '../../local/worker/runtime.ts';
import { entryOf, type ResultEntry, unreadResult } from '../result.ts';
import { type Input, keyBelow } from './inputs.ts';

export interface ProcessJob {
  runtime: Runtime;
  /** The source folder: inputs lie below it. */
  root: string;
  recipe: NamedRecipe;
  /** Ends the job: no further input is begun, and no further result is yielded. */
  signal: AbortSignal;
}

/** Inputs in progress at once: enough to keep the workers busy while one image takes long. */
const WINDOW = 32;

/**
 * Processes the inputs and yields how each ended, in their order. What an earlier command has done with the same recipe
 * is not done again, and what it has begun is continued.
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

/** The files that a command line names more than once. Each is processed once. */
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
  { label, path, problem }: Input,
): Promise<ResultEntry> {
  const { images } = job.runtime;
  if (problem) {
    const state = problem.code === UNREADABLE_NAME ? 'REJECTED' : 'FAILED';
    return { sourcePath: path, result: unreadResult(label, state, problem) };
  }
  try {
    const source = await images.find(keyBelow(job.root, path));
    if (source) {
      const end = repeated.get(path) ?? endedRecord(job, source);
      if (repeated.has(path)) repeated.set(path, end);
      return await entryOf(images, await end, { input: label, sourcePath: path });
    }
    const message = `${label} was removed while the command ran. Put it back and try again.`;
    return {
      sourcePath: path,
      result: unreadResult(label, 'REJECTED', { code: 'SOURCE_NOT_FOUND', message }),
    };
  } catch (error) {
    return { sourcePath: path, result: unreadResult(label, 'FAILED', reasonOf(error)) };
  }
}

/** Brings the source to the end of a run by the recipe that is asked for. */
async function endedRecord({ runtime, recipe }: ProcessJob, source: Source): Promise<ImageRecord> {
  const { images } = runtime;
  const imageId = imageIdOf(source);
  const known = await images.record(imageId);
  const end = async (begun: Promise<RunAttempt>) => runtime.end(await begun);
  const reprocess = () => end(images.reprocess(imageId, recipe.name));

  switch (nextStep(known, recipe)) {
    case 'upload':
      return end(images.submit(source));
    case 'wait': {
      const record = await end(sendAgain(images, source, known));
      return isMadeBy(record, recipe) ? record : reprocess();
    }
    case 'publish':
      return known && (await outputsAreThere(images, known)) ? images.publishEnd(known) : reprocess();
    case 'redrive':
      return end(images.redrive(imageId));
    case 'reprocess':
      return reprocess();
  }
}

/** Sends a run that is under way to the processor again, as its message may be lost. Finished parts stay. */
function sendAgain(images: Images, source: Source, known: ImageRecord | undefined): Promise<RunAttempt> {
  const isFirst = !known || (known.run === 1 && known.attempt === 1);
  return isFirst ? images.submit(source) : images.resume(known);
}

async function outputsAreThere(images: Images, record: ImageRecord): Promise<boolean> {
  const { outputs } = await images.view(record);
  const sizes = await Promise.all(
    outputs.map(async ({ path, bytes }) => {
      const stats = await stat(path).catch(() => undefined);
      return stats?.size === bytes;
    }),
  );
  return sizes.every(Boolean);
}
