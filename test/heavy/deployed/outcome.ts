import { setTimeout as sleep } from 'node:timers/promises';
import { hasEnded, type ImageRecord } from '../../../core/pipeline/record.ts';
import type { Deployment } from './deployment.ts';
import { CheckFailure } from './failure.ts';

const EVERY_MS = 2_000;

/**
 * Waits until the run of an image has ended and its end is published.
 *
 * @throws CheckFailure if that takes too long, with the last known state
 */
export async function waitForEnd(
  deployment: Pick<Deployment, 'record'>,
  { key, imageId }: { key: string; imageId: string },
  timeoutS: number,
): Promise<ImageRecord> {
  const deadline = Date.now() + timeoutS * 1_000;
  for (;;) {
    const record = await deployment.record(imageId);
    if (record && hasEnded(record) && record.publishedAt !== undefined) return record;
    if (Date.now() >= deadline)
      throw new CheckFailure(`${key} has not ended in ${timeoutS} s: ${plight(record)}.`);
    await sleep(EVERY_MS);
  }
}

function plight(record: ImageRecord | undefined): string {
  if (!record) return 'the catalog has no record of it, so no function has seen the upload';
  if (hasEnded(record)) return `it is ${record.state}, and that was not published`;
  const { state, expected = [], finished, lastError } = record;
  const parts = `${Object.keys(finished).length} of ${expected.length} parts are finished`;
  return `it is ${state}, ${parts}${lastError ? `; the last error: ${lastError.message}` : ''}`;
}
