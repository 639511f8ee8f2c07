import { expect, it } from 'vitest';
import { inBatches } from '../../../../core/images/in-batches.ts';

it('works on a few items at a time, and keeps their order', async () => {
  let [inProgress, most] = [0, 0];
  const results = await inBatches([5, 1, 4, 2, 3, 9], 4, async (item) => {
    inProgress += 1;
    most = Math.max(most, inProgress);
    await new Promise((resolve) => setTimeout(resolve, item));
    inProgress -= 1;
    return 10 * item;
  });
  expect(results).toEqual([50, 10, 40, 20, 30, 90]);
  expect(most).toBe(4);
});
