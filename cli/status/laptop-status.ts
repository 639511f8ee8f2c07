import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { QUEUES } from '../../core/names.ts';
import { type CompletionEvent, completionEventSchema } from '../../core/pipeline/messages/completion.ts';
import { isInUse } from '../../local/adapters/database.ts';
import { deadLetterQueueOf } from '../../local/adapters/task-lease.ts';
import { attachToDataFolder } from '../../local/data-folder.ts';
import { dataFolderOptions, type TargetOptions } from '../target.ts';
import { type FailureStatus, type QueueStatus, summariseFailures } from './report.ts';

/** The state of the laptop edition over one data folder. */
export interface LaptopStatus {
  at: string;
  folder: string;
  /** Whether `npm start` runs. */
  isRunning: boolean;
  queues: QueueStatus[];
  failures: FailureStatus;
  /** The events of the runs that ended last, the newest first. */
  events: CompletionEvent[];
}

const EVENTS_SHOWN = 5;
/** Enough for the events that are shown, even with many outputs under long keys. */
const TAIL_BYTES = 256 * 1024;

/**
 * Opens a data folder, which `npm start` may be using, and reads its state whenever `look` is called.
 *
 * @throws InvalidInputError where there is no data folder
 */
export function laptopStatus(
  choice: TargetOptions,
  onError: (message: string) => void,
): { look: () => Promise<LaptopStatus>; close: () => void } {
  const options = dataFolderOptions(choice, onError);
  const { ports, queue, database } = attachToDataFolder(options);
  const look = async (): Promise<LaptopStatus> => ({
    at: new Date().toISOString(),
    folder: options.dataDir,
    isRunning: isInUse(options.stateDir),
    queues: QUEUES.map((name) => {
      const dead = queue.counts(deadLetterQueueOf(name));
      return { name, ...queue.counts(name), deadLetters: dead.waiting + dead.inFlight + dead.delayed };
    }),
    failures: await summariseFailures(ports),
    events: lastEvents(join(options.stateDir, 'events.ndjson')),
  });
  return { look, close: () => database.close() };
}

function lastEvents(path: string): CompletionEvent[] {
  if (!existsSync(path)) return [];
  const lines = tailOf(path).split('\n').toReversed();
  return lines.flatMap((line) => eventIn(line) ?? []).slice(0, EVENTS_SHOWN);
}

/** The end of a file that may be large; its first line may be cut. */
function tailOf(path: string): string {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
    const bytesRead = readSync(file, tail, 0, tail.length, size - tail.length);
    return tail.toString('utf8', 0, bytesRead);
  } finally {
    closeSync(file);
  }
}

/** Undefined where the line is not an event: the user may edit the file, and its last line may be incomplete. */
function eventIn(line: string): CompletionEvent | undefined {
  try {
    return completionEventSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
