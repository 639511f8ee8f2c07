// biome-ignore lint/suspicious/noDeprecatedImports: deprecated is another overload of it, with a mode
import { startVitest } from 'vitest/node';
import { REPOSITORY } from '../../support/container/engine.ts';

/* Runs the checks on the image that main.ts built, in the network in which it was started. */

const vitest = await startVitest([], {
  config: false,
  root: REPOSITORY,
  include: ['test/heavy/container/*.check.ts'],
  watch: false,
  // One container at a time, so that the printed times are those of a free machine.
  fileParallelism: false,
  testTimeout: 120_000,
  hookTimeout: 120_000,
  reporters: ['verbose'],
  disableConsoleIntercept: true,
});
await vitest.close();
