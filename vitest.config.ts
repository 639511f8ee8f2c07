import { defineConfig } from 'vitest/config';

const INFRASTRUCTURE = 'test/infra/**/*.test.ts';

/** Quick tests that leave no clock changed and measure no memory: most of their time would go into loading. */
const QUICK = [
  'test/unit/core/*.test.ts',
  'test/unit/core/{pipeline,images,http}/**/*.test.ts',
  'test/unit/{client,web,lambdas,cli}/**/*.test.ts',
];

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // By default one core is kept free, which leaves half of a small machine idle.
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        // Loading the CDK takes longer than most of these tests: they share it.
        test: { name: 'infra', include: [INFRASTRUCTURE], isolate: false },
      },
      {
        extends: true,
        test: { name: 'quick', include: QUICK, isolate: false },
      },
      {
        extends: true,
        test: { name: 'all else', include: ['test/**/*.test.ts'], exclude: [INFRASTRUCTURE, ...QUICK] },
      },
    ],
  },
});
