import type { ImageRecord, Incident } from '../../../core/pipeline/record.ts';
import { applyChange, guardHolds } from '../../../core/pipeline/record-change.ts';
import type { Catalog, Change, Guard } from '../../../core/ports.ts';

/** The catalog in memory. Records are never changed in place, so that they can be handed out as they are. */
export class MemoryCatalog implements Catalog {
  private readonly records = new Map<string, ImageRecord>();
  private readonly runs = new Map<string, ImageRecord[]>();
  private readonly open = new Map<string, Incident>();

  async get(imageId: string): Promise<ImageRecord | undefined> {
    return this.records.get(imageId);
  }

  async create(record: ImageRecord): Promise<boolean> {
    if (this.records.has(record.imageId)) return false;
    this.records.set(record.imageId, record);
    return true;
  }

  async update(imageId: string, guard: Guard, change: Change): Promise<ImageRecord | undefined> {
    const record = this.records.get(imageId);
    if (!record || !guardHolds(record, guard)) return undefined;
    const next = applyChange(record, change);
    this.records.set(imageId, next);
    return next;
  }

  async archive(record: ImageRecord): Promise<void> {
    const earlier = this.runs.get(record.imageId) ?? [];
    if (earlier.some(({ run }) => run === record.run)) return;
    this.runs.set(
      record.imageId,
      [...earlier, record].sort((a, b) => a.run - b.run),
    );
  }

  async history(imageId: string): Promise<ImageRecord[]> {
    return this.runs.get(imageId) ?? [];
  }

  async *due(now: string): AsyncIterable<string> {
    for (const record of [...this.records.values()]) {
      if (record.dueAt !== undefined && record.dueAt <= now) yield record.imageId;
    }
  }

  async *failed(): AsyncIterable<string> {
    for (const record of [...this.records.values()]) {
      if (record.state === 'FAILED') yield record.imageId;
    }
  }

  async putIncident(incident: Incident): Promise<void> {
    if (!this.open.has(incident.incidentId)) this.open.set(incident.incidentId, incident);
  }

  async *incidents(): AsyncIterable<Incident> {
    yield* [...this.open.values()];
  }

  async removeIncident(incidentId: string): Promise<void> {
    this.open.delete(incidentId);
  }
}
