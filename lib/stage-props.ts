import type { Catalog } from './catalog.ts';
import type { DarkroomConfig } from './config.ts';
import type { CustomerKey } from './customer-key.ts';
import type { Storage } from './storage.ts';

/** What every stage is built on. */
export interface StageProps {
  config: DarkroomConfig;
  storage: Storage;
  catalog: Catalog;
  /** What encrypts all that is stored; undefined where AWS's own keys do. */
  key: CustomerKey | undefined;
}
