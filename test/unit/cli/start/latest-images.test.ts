import { describe, expect, it } from 'vitest';
import { unreadResult } from '../../../../cli/result.ts';
import { LatestImages } from '../../../../cli/start/latest-images.ts';
import { idFrom, receivedRecord } from '../../../support/record-factory.ts';

describe('latest images', () => {
  it('are those that ended last, by name, up to the maximum', () => {
    const latest = new LatestImages(3);
    for (let minute = 0; minute < 20; minute++) {
      const name = `${19 - minute}`.padStart(2, '0');
      const endedAt = `2026-02-03T04:${String(minute).padStart(2, '0')}:00.000Z`;
      const result = unreadResult(name, 'FAILED', { code: 'X', message: 'x' });
      latest.add({ ...receivedRecord(idFrom(name)), endedAt }, { sourcePath: name, result });
    }
    expect(latest.entries().map(({ sourcePath }) => sourcePath)).toEqual(['00', '01', '02']);
  });
});
