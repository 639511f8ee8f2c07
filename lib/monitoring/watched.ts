import type { WorkerName } from '../../core/names.ts';
import type { DarkroomConfig } from '../config/config.ts';
import type { Storage } from '../storage/storage.ts';
import type { Queues } from '../workers/task-queue.ts';
import type { WorkerFunction } from '../workers/worker-function.ts';

/** What the monitoring looks at. */
export interface Watched {
  config: DarkroomConfig;
  storage: Storage;
  /** The stages, and what answers monitors, where there is a name to ask under. */
  workers: Readonly<Record<WorkerName, WorkerFunction> & { health?: WorkerFunction }>;
  queues: Queues;
}
