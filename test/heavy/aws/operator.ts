import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { imageViewSchema } from '../../../core/pipeline/image-view.ts';
import { run } from '../../support/run-command.ts';
import { REPOSITORY } from './emulator.ts';

/* What an operator does about failures, with the `darkroom` command. */

/** One line of `darkroom failed list --json`. */
const failureSchema = z.discriminatedUnion('kind', [
  imageViewSchema.extend({ kind: z.literal('run') }),
  z.strictObject({
    kind: z.literal('unprocessable'),
    messageId: z.string(),
    queue: z.string(),
    bodyBytes: z.int(),
    reason: z.strictObject({ code: z.string(), message: z.string() }),
    recordedAt: z.iso.datetime(),
  }),
]);
type Failure = z.infer<typeof failureSchema>;

const UNPROCESSABLE_MS = 120_000;

export async function listFailures(stack: string): Promise<Failure[]> {
  const lines = (await failed(stack, 'list', '--json')).split('\n').filter(Boolean);
  return lines.map((line) => failureSchema.parse(JSON.parse(line)));
}

/** Redrives it, and returns when it has ended. */
export async function redrive(stack: string, id: string): Promise<void> {
  await failed(stack, 'redrive', '--id', id);
}

export async function expectNoFailures(stack: string): Promise<void> {
  assert.deepEqual(await listFailures(stack), []);
}

/** Waits for the one unprocessable message that is expected. */
export async function waitForUnprocessable(
  stack: string,
): Promise<Extract<Failure, { kind: 'unprocessable' }>> {
  const deadline = Date.now() + UNPROCESSABLE_MS;
  while (Date.now() < deadline) {
    const [failure, ...others] = await listFailures(stack);
    assert.deepEqual(others, []);
    if (failure) {
      assert.ok(failure.kind === 'unprocessable');
      return failure;
    }
    await sleep(1_000);
  }
  throw new Error(`expected an unprocessable message within ${UNPROCESSABLE_MS / 1_000} s`);
}

function failed(stack: string, ...args: string[]): Promise<string> {
  return run(process.execPath, [join(REPOSITORY, 'cli', 'main.ts'), 'failed', ...args, '--stack', stack]);
}
