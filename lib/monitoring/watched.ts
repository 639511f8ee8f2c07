import type { QueueName, Stage } from '../../core/names.ts';
import type { DarkroomConfig } from '../config/config.ts';
import type { Storage } from '../storage/storage.ts';
import type { TaskQueue } from '../workers/task-queue.ts';
import type { StageFunction } from '../workers/worker-function.ts';

/** What the monitoring looks at. */
export interface Watched {
  config: DarkroomConfig;
  storage: Storage;
  /** The stages, and what answers monitors, where there is a name to ask under. */
  workers: Readonly<Record<Stage, StageFunction> & { health?: StageFunction }>;
  queues: Readonly<Record<QueueName, TaskQueue>>;
}
