import { defineConfig } from 'vitest/config';

/** The quick tests of what is mutated: no emulator but dynalite, no picture, no process. */
export default defineConfig({
  test: {
    // The dry run must pass on a busy machine. Stryker itself ends a mutant that does not terminate.
    testTimeout: 60_000,
    include: [
      'test/unit/core/*.test.ts',
      'test/unit/core/pipeline/**/*.test.ts',
      'test/unit/local/adapters/*.test.ts',
      'test/unit/lambdas/adapters/*.test.ts',
      'test/contract/*.test.ts',
    ],
  },
});
