import type { ExportRecord } from '../../../core/exports/export-record.ts';
import type { ExportStore } from '../../../core/ports.ts';

/** Exports in memory. */
export class MemoryExports implements ExportStore {
  readonly #records = new Map<string, ExportRecord>();
  readonly #held = new Map<string, Set<string>>();

  async put(record: ExportRecord): Promise<void> {
    this.#records.set(record.exportId, record);
  }

  async get(exportId: string): Promise<ExportRecord | undefined> {
    return this.#records.get(exportId);
  }

  async update(...[exportId, from, change]: Parameters<ExportStore['update']>) {
    const record = this.#records.get(exportId);
    if (record === undefined || !from.includes(record.state)) return undefined;
    const next = { ...record, ...change };
    this.#records.set(exportId, next);
    return next;
  }

  async hold({ exportId, items }: ExportRecord): Promise<void> {
    for (const { imageId } of items) {
      this.#held.set(imageId, (this.#held.get(imageId) ?? new Set()).add(exportId));
    }
  }

  async holding(imageId: string): Promise<string[]> {
    return [...(this.#held.get(imageId) ?? [])];
  }
}
