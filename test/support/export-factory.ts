import { createHash } from 'node:crypto';
import type { ExportRecord } from '../../core/exports/export-record.ts';
import { idFrom } from './record-factory.ts';

/** An export that waits, with an id from the name; of one file, for Alice. */
export function exportRecord(name: string, overrides: Partial<ExportRecord> = {}): ExportRecord {
  return {
    exportId: createHash('sha256').update(name).digest('base64url').slice(0, 22),
    principal: { kind: 'user', id: 'alice', name: 'Alice' },
    items: [{ imageId: idFrom('complete'), variant: 'processed' }],
    state: 'WAITING',
    files: 0,
    leftOut: null,
    bytes: null,
    reason: null,
    createdAt: '2026-02-04T12:00:00.000Z',
    endedAt: null,
    expiresAt: '2026-02-05T12:00:00.000Z',
    ...overrides,
  };
}
