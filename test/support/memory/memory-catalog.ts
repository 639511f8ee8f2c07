import {
  type AlbumCount,
  comparePositions,
  isListed,
  type ListCount,
  type ListPage,
  type ListPosition,
  type ListQuery,
  positionOf,
} from '../../../core/listing.ts';
import type { ImageRecord, UnprocessableMessage } from '../../../core/pipeline/record.ts';
import { applyChange, guardHolds } from '../../../core/pipeline/record-change.ts';
import type { Catalog, Change, Guard, Upload } from '../../../core/ports.ts';
import type { Amount } from '../../../core/settings.ts';

/** The catalog in memory. Records are never changed in place, so that they can be handed out as they are. */
export class MemoryCatalog implements Catalog {
  private readonly records = new Map<string, ImageRecord>();
  private readonly runs = new Map<string, ImageRecord[]>();
  private readonly uploads = new Map<string, Upload>();
  private readonly counts = new Map<string, Amount & { day: string }>();
  private readonly open = new Map<string, UnprocessableMessage>();

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

  async forget(imageId: string, uploadId: string | undefined): Promise<void> {
    this.runs.delete(imageId);
    if (uploadId !== undefined) this.uploads.delete(uploadId);
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

  async list(query: ListQuery, after: ListPosition | undefined, limit: number): Promise<ListPage> {
    const { scope } = query;
    const place = (record: ImageRecord) => positionOf(record, scope);
    const left = this.listed(query)
      .sort((a, b) => comparePositions(scope, place(a), place(b)))
      .filter((record) => after === undefined || comparePositions(scope, place(record), after) > 0);
    const records = left.slice(0, limit);
    const last = records.at(-1);
    return { records, next: left.length > limit && last ? place(last) : undefined };
  }

  async count(query: ListQuery): Promise<ListCount> {
    return { count: this.listed(query).length, isExact: true };
  }

  async albums(owner: string | undefined): Promise<AlbumCount[]> {
    const albums = new Set([...this.records.values()].flatMap(({ album = [] }) => album));
    return [...albums]
      .sort()
      .map((album) => ({ album, images: this.listed({ scope: { kind: 'album', owner, album } }).length }))
      .filter(({ images }) => images > 0);
  }

  private listed(query: ListQuery): ImageRecord[] {
    return [...this.records.values()].filter((record) => isListed(record, query));
  }

  async countUse(counter: string, day: string, wanted: Amount, quota: Amount): Promise<boolean> {
    const known = this.counts.get(counter);
    const before = known?.day === day ? known : { count: 0, bytes: 0 };
    const [count, bytes] = [before.count + wanted.count, before.bytes + wanted.bytes];
    if (count > quota.count || bytes > quota.bytes) return false;
    this.counts.set(counter, { day, count, bytes });
    return true;
  }

  async putUpload(uploadId: string, upload: Upload): Promise<void> {
    if (!this.uploads.has(uploadId)) this.uploads.set(uploadId, upload);
  }

  async findUpload(uploadId: string): Promise<Upload | undefined> {
    return this.uploads.get(uploadId);
  }

  async putUnprocessableMessage(unprocessable: UnprocessableMessage): Promise<void> {
    if (!this.open.has(unprocessable.messageId)) this.open.set(unprocessable.messageId, unprocessable);
  }

  async *unprocessableMessages(): AsyncIterable<UnprocessableMessage> {
    yield* [...this.open.values()];
  }

  async removeUnprocessableMessage(messageId: string): Promise<void> {
    this.open.delete(messageId);
  }
}
