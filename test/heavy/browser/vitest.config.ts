import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/heavy/browser/*.check.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // Each has a browser and a pipeline; two at once would measure each other.
    fileParallelism: false,
  },
});
