import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { ExportRecord } from '../../../../core/exports/export-record.ts';
import { outputsOf } from '../../../../core/pipeline/outputs.ts';
import type { ImageRecord } from '../../../../core/pipeline/record.ts';
import type { ExportPorts, ObjectStreams } from '../../../../core/ports.ts';
import { exportRecord } from '../../../support/export-factory.ts';
import { ManualClock } from '../../../support/memory/manual-clock.ts';
import { MemoryCatalog } from '../../../support/memory/memory-catalog.ts';
import { MemoryExports } from '../../../support/memory/memory-exports.ts';
import { MemoryObjectStore } from '../../../support/memory/memory-object-store.ts';
import { fullRecord, idFrom, PART } from '../../../support/record-factory.ts';
import { SETTINGS } from '../../../support/simulated/settings.ts';

/** A world with a catalog, objects and exports, whose streams a test may break. */
export class ExportWorld {
  readonly clock = new ManualClock(new Date('2026-02-04T13:00:00.000Z'));
  readonly catalog = new MemoryCatalog();
  readonly objects = new MemoryObjectStore(this.clock);
  readonly exports = new MemoryExports();
  /** Called before an object is opened. */
  beforeOpen: (key: string) => Promise<void> = async () => {};
  /** Called when an archive is whole, before it is visible. */
  beforeVisible: () => void = () => {};
  /** How often each archive was written. */
  stored = 0;

  readonly streams: ObjectStreams = {
    open: async (ref) => {
      await this.beforeOpen(ref.key);
      const body = await this.objects.read(ref);
      return body && Readable.from([body], { objectMode: false });
    },
    store: async (ref, body, bytes, contentType) => {
      const whole = await buffer(body);
      if (whole.length !== bytes) throw new Error(`expected ${bytes} bytes, received ${whole.length}`);
      this.beforeVisible();
      await this.objects.write(ref, whole, contentType);
      this.stored += 1;
    },
  };

  readonly ports: ExportPorts = { ...this.asPorts(), settings: SETTINGS };

  /** A complete image of Alice with its original and two outputs. */
  async addImage(name: string, overrides: Partial<ImageRecord> = {}): Promise<ImageRecord> {
    const { deletedAt: _, reason: __, ...full } = fullRecord(idFrom(name));
    const finished = { processed: PART, '90': PART };
    const content = Buffer.from(`original of ${name}`);
    const source = await this.objects.upload(full.source.bucket, `${name}.tif`, content, {});
    const record: ImageRecord = {
      ...full,
      owner: 'alice',
      fileName: `${name}.tif`,
      state: 'COMPLETE',
      source,
      expected: ['processed', '90'],
      finished,
      ...overrides,
    };
    await this.catalog.create(record);
    for (const { key, variant } of outputsOf(record)) {
      const ref = { bucket: SETTINGS.processedBucket, key };
      await this.objects.write(ref, Buffer.from(`${variant} of ${name}`), 'image/jpeg');
    }
    return record;
  }

  async addExport(name: string, overrides: Partial<ExportRecord>): Promise<string> {
    const record = exportRecord(name, overrides);
    await this.exports.put(record);
    return record.exportId;
  }

  archive(exportId: string): Buffer | undefined {
    return this.objects.peek({ bucket: SETTINGS.processedBucket, key: `exports/${exportId}.zip` });
  }

  private asPorts() {
    const { catalog, objects, exports, streams, clock } = this;
    return { catalog, objects, exports, streams, clock };
  }
}
