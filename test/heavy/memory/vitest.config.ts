import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['test/heavy/memory/*.check.ts'], testTimeout: 60_000, fileParallelism: false },
});
