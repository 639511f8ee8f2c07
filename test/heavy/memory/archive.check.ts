import { expect, it } from 'vitest';
import { archivePeak } from '../../support/archive-memory.ts';

const MIB = 2 ** 20;
/** Room for what the collector has not freed yet. The archive itself buffers less than 3 MB. */
const MAX_GROWTH_BYTES = 96 * MIB;

it('an archive of 500 files of 4 MB takes little memory, and hardly more than one of 50', async () => {
  const few = await archivePeak(50, 4e6);
  const many = await archivePeak(500, 4e6);
  for (const { bytes, growthBytes, ms } of [few, many]) {
    console.log(`${bytes} bytes: ${(growthBytes / MIB).toFixed(0)} MiB more, ${Math.round(ms)} ms`);
  }
  expect(many.bytes).toBeGreaterThan(2e9);
  expect(many.growthBytes).toBeLessThan(MAX_GROWTH_BYTES);
  expect(many.growthBytes - few.growthBytes).toBeLessThan(32 * MIB);
  // A measure that sees nothing would pass anything.
  expect(many.growthBytes).toBeGreaterThan(MIB);
});
