import { describe, expect, it } from 'vitest';
import { QuotaError } from '../../../core/errors.ts';
import { countAgainstQuota } from '../../../core/quota.ts';
import { ManualClock } from '../../support/memory/manual-clock.ts';
import { MemoryCatalog } from '../../support/memory/memory-catalog.ts';

const ports = () => ({
  catalog: new MemoryCatalog(),
  clock: new ManualClock(new Date('2026-01-01T23:00:00.000Z')),
});
const EXPORTS = { counter: 'exports/alice', unit: 'files', verb: 'Export' } as const;
const UPLOADS = { counter: 'alice', unit: 'images', verb: 'Upload' } as const;
const QUOTA = { count: 3, bytes: 100 };

describe('a quota', () => {
  it('says what is left of the day where it is used up, and counts nothing then', async () => {
    const world = ports();
    await countAgainstQuota(world, EXPORTS, { count: 2, bytes: 90 }, QUOTA);
    const refused = countAgainstQuota(world, EXPORTS, { count: 2, bytes: 5 }, QUOTA);
    await expect(refused).rejects.toThrow(
      new QuotaError(
        'Expected at most 3 files and 100 bytes a day (UTC); with these 2 files and 5 bytes it would be more. ' +
          'Export fewer, or tomorrow.',
        3_600,
      ),
    );
    await expect(refused).rejects.toMatchObject({ retryAfterS: 3_600 });
    await countAgainstQuota(world, EXPORTS, { count: 1, bytes: 10 }, QUOTA);
  });

  it('of exports leaves that of uploads alone, and begins anew the next day', async () => {
    const world = ports();
    await countAgainstQuota(world, EXPORTS, { count: 3, bytes: 100 }, QUOTA);
    await countAgainstQuota(world, UPLOADS, { count: 3, bytes: 100 }, QUOTA);
    world.clock.advance(3_600_000);
    await countAgainstQuota(world, EXPORTS, { count: 3, bytes: 100 }, QUOTA);
  });

  it('that is not set counts nothing', async () => {
    const world = ports();
    await countAgainstQuota(world, EXPORTS, { count: 1_000, bytes: 1_000 }, undefined);
    await countAgainstQuota(world, EXPORTS, QUOTA, QUOTA);
  });
});
