import type { ImageRecord } from '../../../core/pipeline/record.ts';
import { exportRecord } from '../export-factory.ts';
import { fullRecord, idFrom, PART, receivedRecord } from '../record-factory.ts';

function endedRecord(name: string, state: 'COMPLETE' | 'FAILED', owner: string): ImageRecord {
  const { reason, deletedAt: _, album: __, ...record } = fullRecord(idFrom(name));
  const failed = state === 'FAILED' && reason ? { reason } : {};
  return { ...record, ...failed, owner, state, expected: ['processed', '90'], finished: { processed: PART } };
}

function withoutOwner({ owner: _, ...record }: ImageRecord): ImageRecord {
  return record;
}

/** The images in the catalog of a tested API, by what they are for. Alice owns those that name nobody. */
export const IMAGES = {
  complete: endedRecord('complete', 'COMPLETE', 'alice'),
  failed: endedRecord('failed', 'FAILED', 'alice'),
  received: receivedRecord(idFrom('received'), { owner: 'alice' }),
  /** Always changed by somebody else at the same time. */
  contended: { ...endedRecord('contended', 'FAILED', 'alice'), deletedAt: '2026-02-04T00:00:00.000Z' },
  trashed: { ...endedRecord('trashed', 'COMPLETE', 'alice'), deletedAt: '2026-02-04T00:00:00.000Z' },
  ofReader: endedRecord('of the reader', 'COMPLETE', 'reader'),
  ofUploader: endedRecord('of the uploader', 'COMPLETE', 'uploader'),
  ofBob: endedRecord('of Bob', 'COMPLETE', 'bob'),
  ofNobody: withoutOwner(endedRecord('of nobody', 'COMPLETE', 'nobody')),
};

const MACHINE = { kind: 'machine', id: 'uploader', name: null, scopes: ['read'] } as const;

/** Alice's, and one of a machine that has lost its scope since. */
export const EXPORTS = {
  complete: exportRecord('complete', {
    state: 'COMPLETE',
    files: 1,
    leftOut: 0,
    bytes: 4096,
    endedAt: '2026-02-04T12:00:01.000Z',
  }),
  expired: exportRecord('expired', { state: 'COMPLETE', expiresAt: '2026-02-05T00:00:00.000Z' }),
  ofUploader: exportRecord('of the uploader', { principal: MACHINE }),
};

/** An upload that has become an image, and one that has not. */
export const UPLOADS = { received: 'A'.repeat(22), pending: 'B'.repeat(22), ofBob: 'C'.repeat(22) };
