import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExportStore } from '../../core/ports.ts';
import { exportRecord } from '../support/export-factory.ts';
import { idFrom } from '../support/record-factory.ts';

/** A store under test. It is made once for the suite. */
export interface ExportStoreHarness {
  exports: ExportStore;
  close(): Promise<void>;
}

/** What every store of exports does, whatever it is made of. */
export function describeExportStoreContract(
  name: string,
  makeHarness: () => Promise<ExportStoreHarness>,
): void {
  describe(`export store contract: ${name}`, () => {
    let harness: ExportStoreHarness;
    let exports: ExportStore;
    beforeAll(async () => {
      harness = await makeHarness();
      exports = harness.exports;
    });
    afterAll(() => harness.close());

    it('gives back what it keeps, and knows of no other', async () => {
      const record = exportRecord('kept');
      await exports.put(record);
      expect(await exports.get(record.exportId)).toEqual(record);
      expect(await exports.get(exportRecord('nobody').exportId)).toBeUndefined();
    });

    it('changes some fields at once, and returns the whole', async () => {
      const record = exportRecord('changed');
      await exports.put(record);
      const change = { state: 'RUNNING', files: 3, leftOut: 0, reason: { code: 'X', message: 'y' } } as const;
      const next = await exports.update(record.exportId, ['WAITING', 'RUNNING'], change);
      expect(next).toEqual({ ...record, ...change });
      const expiresAt = '2026-02-07T00:00:00.000Z';
      await exports.update(record.exportId, ['RUNNING'], { state: 'COMPLETE', expiresAt, reason: null });
      const ended = { ...record, ...change, state: 'COMPLETE', expiresAt, reason: null };
      expect(await exports.get(record.exportId)).toEqual(ended);
    });

    it('changes nothing from another state, or where there is none', async () => {
      const record = exportRecord('complete', { state: 'COMPLETE' });
      await exports.put(record);
      expect(
        await exports.update(record.exportId, ['WAITING', 'RUNNING'], { state: 'FAILED' }),
      ).toBeUndefined();
      expect(await exports.get(record.exportId)).toEqual(record);
      const { exportId } = exportRecord('missing');
      expect(await exports.update(exportId, ['WAITING'], { state: 'RUNNING' })).toBeUndefined();
      expect(await exports.get(exportId)).toBeUndefined();
    });

    it('knows which exports hold an image, once they have noted it', async () => {
      const [ours, theirs] = ['ours', 'theirs'].map((image) => idFrom(`${name} ${image}`)) as [
        string,
        string,
      ];
      const item = (imageId: string, variant: string) => ({ imageId, variant });
      const both = exportRecord('holds both', {
        items: [item(ours, 'processed'), item(ours, '90'), item(theirs, 'processed')],
      });
      const one = exportRecord('holds one', { items: [item(ours, 'original')] });
      for (const record of [both, one]) await exports.put(record);
      for (const record of [both, one, both]) await exports.hold(record);
      expect((await exports.holding(ours)).sort()).toEqual([both.exportId, one.exportId].sort());
      expect(await exports.holding(theirs)).toEqual([both.exportId]);
      expect(await exports.holding(idFrom(`${name} nobody`))).toEqual([]);
    });

    it('keeps an export of 500 files', async () => {
      const items = Array.from({ length: 500 }, (_, index) => ({
        imageId: index.toString(16).padStart(64, '0'),
        variant: 'processed',
      }));
      const record = exportRecord('large', { items });
      await exports.put(record);
      expect(await exports.get(record.exportId)).toEqual(record);
    });
  });
}
