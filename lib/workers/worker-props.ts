import type { DarkroomConfig } from '../config/config.ts';
import type { Catalog } from '../storage/catalog.ts';
import type { CustomerKey } from '../storage/customer-key.ts';
import type { Storage } from '../storage/storage.ts';

/** What every stage is built on. */
export interface WorkerProps {
  config: DarkroomConfig;
  storage: Storage;
  catalog: Catalog;
  /** What encrypts all that is stored; undefined where AWS's own keys do. */
  key: CustomerKey | undefined;
}
