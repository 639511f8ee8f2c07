import { readFile } from 'node:fs/promises';
import { AwsError, messageOf } from '../../../cli/aws/error-messages.ts';
import { InvalidInputError, TransientError } from '../../../core/errors.ts';
import { CHECK_FOLDER } from '../../../lib/delivery/check-names.ts';
import { runCommand, wholeNumber } from '../../support/command-line.ts';
import { Deployment } from './deployment.ts';
import { CheckFailure, expect } from './failure.ts';
import { waitForEnd } from './outcome.ts';
import { checkOutputs, checkQuality } from './results.ts';
import { findTarget, TARGET_OPTIONS, type Target } from './target.ts';

/*
 * The end-to-end check of a deployment: a photo is processed, and a broken file is rejected. A pipeline runs it after
 * every deployment, and so can anybody (docs/delivery.md). If it fails, it ends with status 1 and says why.
 */

const USAGE = `Usage: npm run test:deployed -- --stack Darkroom-dev [--region REGION] [--timeout-s 300]

Uploads a photo and a broken file to a deployment, under ${CHECK_FOLDER}, and checks what becomes of them.
Without --stack, name what a pipeline knows from the stack's outputs:
  --source-bucket NAME --processed-bucket NAME --catalog-table NAME [--role ARN]`;

const PHOTO = new URL('../../../samples/astronaut-sideways.jpg', import.meta.url);

async function check(target: Target, timeoutS: number): Promise<void> {
  const deployment = await Deployment.open(target);
  const photo = await readFile(PHOTO);
  const [good, bad] = [`${CHECK_FOLDER}photo.jpg`, `${CHECK_FOLDER}broken.jpg`];
  const [goodId, badId] = [
    await deployment.upload(good, photo),
    // Cut off in the middle of its pixels.
    await deployment.upload(bad, photo.subarray(0, photo.length / 2)),
  ];
  console.log(`uploaded ${good} and ${bad} to ${target.sourceBucket}`);

  const record = await waitForEnd(deployment, { key: good, imageId: goodId }, timeoutS);
  expect(
    record.state === 'COMPLETE',
    `${good}: expected COMPLETE, it is ${record.state}: ${record.reason?.message}`,
  );
  const outputs = await checkOutputs(photo, record, (key) => deployment.read(key));
  const { encode } = checkQuality(record);
  console.log(
    `${good}: COMPLETE, ${outputs} outputs as large as they should be, SSIM ${encode.ssim?.toFixed(4)}`,
  );

  const { state, reason } = await waitForEnd(deployment, { key: bad, imageId: badId }, timeoutS);
  const outcome = `${state}${reason ? ` (${reason.code})` : ''}`;
  expect(
    state === 'REJECTED' && reason?.code === 'CORRUPT_IMAGE',
    `${bad}: expected REJECTED (CORRUPT_IMAGE), it is ${outcome}.`,
  );
  console.log(`${bad}: ${outcome}, as it should be`);
}

/** @returns the exit status */
function report(error: unknown): number {
  const isUsage = error instanceof InvalidInputError;
  const isExpected =
    isUsage || error instanceof CheckFailure || error instanceof AwsError || error instanceof TransientError;
  const message = isExpected ? error.message : messageOf(error);
  if (isUsage) console.error(`${message}\n\n${USAGE}`);
  else console.error(message === undefined ? error : `the check failed: ${message}`);
  return isUsage ? 2 : 1;
}

const OPTIONS = { ...TARGET_OPTIONS, 'timeout-s': { type: 'string', default: '300' } } as const;

await runCommand(USAGE, OPTIONS, async ({ 'timeout-s': timeout, ...target }) => {
  const timeoutS = wholeNumber('timeout-s', timeout);
  try {
    await check(await findTarget(target), timeoutS);
    return 0;
  } catch (error) {
    return report(error);
  }
});
