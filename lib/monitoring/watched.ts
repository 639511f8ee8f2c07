import type { Handler } from '../../docker/bundle.ts';
import type { DarkroomConfig } from '../config/config.ts';
import type { Outside } from '../http/outside.ts';
import type { Storage } from '../storage/storage.ts';
import type { Queues } from '../workers/task-queue.ts';
import type { WorkerFunction } from '../workers/worker-function.ts';

/** What the monitoring watches. */
export interface Watched {
  config: DarkroomConfig;
  storage: Storage;
  /** The workers, and the functions that face the outside. */
  workers: Readonly<Record<Handler, WorkerFunction>>;
  queues: Queues;
  outside: Outside;
}
