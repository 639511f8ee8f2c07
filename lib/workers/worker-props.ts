import type { DarkroomConfig } from '../config/config.ts';
import type { Catalog } from '../storage/catalog.ts';
import type { CustomerKey } from '../storage/customer-key.ts';
import type { Storage } from '../storage/storage.ts';

/** What every worker is built on. */
export interface WorkerProps {
  config: DarkroomConfig;
  storage: Storage;
  catalog: Catalog;
  /** The customer's key; undefined where keys of AWS encrypt the stored data. */
  key: CustomerKey | undefined;
}
