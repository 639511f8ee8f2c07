import type { Catalog } from './catalog.ts';
import type { DarkroomConfig } from './config.ts';
import type { Storage } from './storage.ts';

/** What every stage is built on. */
export interface StageProps {
  config: DarkroomConfig;
  storage: Storage;
  catalog: Catalog;
}
