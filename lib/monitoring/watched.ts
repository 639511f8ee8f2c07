import type { Handler, OptionalFunction } from '../../docker/bundle.ts';
import type { DarkroomConfig } from '../config/config.ts';
import type { Outside } from '../http/outside.ts';
import type { Storage } from '../storage/storage.ts';
import type { Queues } from '../workers/task-queue.ts';
import type { WorkerFunction } from '../workers/worker-function.ts';

/** The functions of a deployment, by name. Some are there where a setting asks for them. */
type Functions = Readonly<
  Record<Exclude<Handler, OptionalFunction>, WorkerFunction> &
    Partial<Record<OptionalFunction, WorkerFunction>>
>;

/** What the monitoring watches. */
export interface Watched {
  config: DarkroomConfig;
  storage: Storage;
  /** The workers, and the functions that face the outside. */
  workers: Functions;
  queues: Queues;
  outside: Outside;
}
