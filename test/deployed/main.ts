import { readFile } from 'node:fs/promises';
import { AwsError, sentenceOf } from '../../cli/aws/sentences.ts';
import { InvalidInputError, TransientError } from '../../core/errors.ts';
import { CHECK_FOLDER } from '../../lib/delivery/check-names.ts';
import { Deployment } from './deployment.ts';
import { CheckFailure, expect } from './failure.ts';
import { waitForEnd } from './outcome.ts';
import { checkOutputs, checkQuality } from './results.ts';
import { readTarget, type Target, USAGE } from './target.ts';

/*
 * The end-to-end check of a deployment: a photo goes all the way, and a broken file is refused. Pipelines run it after
 * every deployment, and so can anybody; docs/delivery.md tells how. It ends with 1 and a sentence where it fails.
 */

const PHOTO = new URL('../../samples/astronaut-sideways.jpg', import.meta.url);

async function check(target: Target): Promise<void> {
  const deployment = new Deployment(target);
  const photo = await readFile(PHOTO);
  const [good, bad] = [`${CHECK_FOLDER}photo.jpg`, `${CHECK_FOLDER}broken.jpg`];
  const [goodId, badId] = [
    await deployment.upload(good, photo),
    // Cut off in the middle of its pixels.
    await deployment.upload(bad, photo.subarray(0, photo.length / 2)),
  ];
  console.log(`uploaded ${good} and ${bad} to ${target.sourceBucket}`);

  const record = await waitForEnd(deployment, { key: good, imageId: goodId }, target.timeoutS);
  expect(
    record.state === 'COMPLETE',
    `${good}: expected COMPLETE, it is ${record.state}: ${record.reason?.sentence}`,
  );
  const outputs = await checkOutputs(deployment, record);
  const { encode } = checkQuality(record);
  console.log(
    `${good}: COMPLETE, ${outputs} outputs as large as they should be, SSIM ${encode.ssim?.toFixed(4)}`,
  );

  const { state, reason } = await waitForEnd(deployment, { key: bad, imageId: badId }, target.timeoutS);
  const outcome = `${state}${reason ? ` (${reason.code})` : ''}`;
  expect(
    state === 'REJECTED' && reason?.code === 'CORRUPT_IMAGE',
    `${bad}: expected REJECTED (CORRUPT_IMAGE), it is ${outcome}.`,
  );
  console.log(`${bad}: ${outcome}, as it should be`);
}

try {
  await check(await readTarget(process.argv.slice(2)));
} catch (error) {
  const isUsage = error instanceof InvalidInputError;
  const isExpected =
    isUsage || error instanceof CheckFailure || error instanceof AwsError || error instanceof TransientError;
  const sentence = isExpected ? error.message : sentenceOf(error);
  console.error(
    sentence === undefined ? error : `the check ${isUsage ? 'did not start' : 'failed'}: ${sentence}`,
  );
  if (isUsage) console.error(USAGE);
  process.exitCode = isUsage ? 2 : 1;
}
