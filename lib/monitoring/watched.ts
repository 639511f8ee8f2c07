import type { WorkerName } from '../../core/names.ts';
import type { DarkroomConfig } from '../config/config.ts';
import type { Storage } from '../storage/storage.ts';
import type { Queues } from '../workers/task-queue.ts';
import type { WorkerFunction } from '../workers/worker-function.ts';

/** What the monitoring watches. */
export interface Watched {
  config: DarkroomConfig;
  storage: Storage;
  /** The workers, and the health function if there is a domain name. */
  workers: Readonly<Record<WorkerName, WorkerFunction> & { health?: WorkerFunction }>;
  queues: Queues;
}
