import assert from 'node:assert/strict';
import { DEFAULT_RECIPE_NAME } from '../../../core/recipe.ts';
import { pngBomb, truncatedJpeg } from '../../support/fixtures/broken.ts';
import { expectSameAsLaptop } from './comparison.ts';
import type { Deployment } from './deployment.ts';
import { deny, endInvocationsAfter, hideFor } from './faults.ts';
import type { LaptopResult } from './laptop.ts';
import { expectNoFailures, listFailures, redrive, waitForUnprocessable } from './operator.ts';
import { type Photo, SLOW_RECIPE } from './photos.ts';

/** A message of a future release. */
const POISON_MESSAGE = JSON.stringify({ version: 2, type: 'upload', source: { bucket: 'b', key: 'k' } });

/** Bad files are rejected at once, each with its code. */
export async function checkRejections(deployment: Deployment): Promise<void> {
  const truncated = await truncatedJpeg();
  const faulty: [code: string, key: string, bytes: Buffer, recipe?: string][] = [
    ['UNSUPPORTED_FORMAT', 'drawing.jpg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['CORRUPT_IMAGE', 'cut off.jpg', truncated],
    ['IMAGE_TOO_LARGE', 'bomb.png', pngBomb(50_000, 50_000)],
    ['EMPTY_FILE', 'nothing.png', Buffer.alloc(0)],
    ['UNKNOWN_RECIPE', 'wish.jpg', truncated, 'sparkling'],
  ];
  for (const [, key, bytes, recipe = DEFAULT_RECIPE_NAME] of faulty) {
    await deployment.upload({ key, bytes, recipe });
  }
  const completions = await deployment.subscriber.expect(
    'image.rejected',
    faulty.map(([, key]) => key),
  );
  assert.deepEqual(
    completions.map(({ event }) => event.reason?.code),
    faulty.map(([code]) => code),
  );
}

/**
 * The parts worker loses the permission to write, and the run fails with that as its reason. Once the permission is
 * back, a redrive completes the run with the same files as on a laptop.
 */
export async function checkRedrive(
  deployment: Deployment,
  [example]: readonly Photo[],
  onLaptop: ReadonlyMap<string, LaptopResult>,
): Promise<void> {
  assert.ok(example);
  const photo = { ...example, key: `again/${example.key}` };
  const { subscriber, stack } = deployment;
  const allowAgain = await deny(deployment.roleName('parts'), 's3:PutObject');
  const hideAsBefore = await hideFor(deployment.queueUrl('parts'), 2);
  await deployment.upload(photo);
  const [failed] = await subscriber.expect('image.failed', [photo.key]);
  assert.equal(failed?.event.reason?.code, 'AccessDenied');
  assert.match(failed.event.reason.message, /parts queue gave up after its last try: .* s3:PutObject/);
  await allowAgain();
  await hideAsBefore();

  const { imageId } = failed.event;
  const [failure, ...others] = await listFailures(stack);
  assert.deepEqual(others, []);
  assert.ok(failure?.kind === 'run');
  assert.deepEqual([failure.imageId, failure.source.key], [imageId, photo.key]);
  assert.equal(failure.reason?.code, 'AccessDenied');
  await redrive(stack, imageId);
  const [completed] = await subscriber.expect('image.completed', [photo.key], { attempt: 2 });
  const laptop = onLaptop.get(example.key);
  assert.ok(completed && laptop);
  assert.equal(completed.event.imageId, imageId);
  await expectSameAsLaptop(completed.event, laptop);
  await expectNoFailures(stack);
}

/** An unreadable message is stored as an unprocessable message, which an operator can redrive to a newer release. */
export async function checkPoisonMessage(deployment: Deployment): Promise<void> {
  const { stack } = deployment;
  const hideAsBefore = await hideFor(deployment.queueUrl('ingest'), 1);
  await deployment.send('ingest', POISON_MESSAGE);
  const unprocessable = await waitForUnprocessable(stack);
  const { messageId, queue, bodyBytes, reason } = unprocessable;
  assert.equal(reason.code, 'UNPROCESSABLE_MESSAGE');
  assert.deepEqual([queue, bodyBytes], ['ingest', POISON_MESSAGE.length]);

  await redrive(stack, messageId);
  await expectNoFailures(stack);
  // The release is still the same, so the message ends there again.
  assert.equal((await waitForUnprocessable(stack)).messageId, messageId);
  await hideAsBefore();
}

/** An image whose work takes longer than the function's timeout is started three times and then rejected. */
export async function checkPoisonImage(deployment: Deployment, photos: readonly Photo[]): Promise<void> {
  const largest = photos.reduce((a, b) => (a.bytes.length > b.bytes.length ? a : b));
  const poison: Photo = { ...largest, key: 'poison.jpg', recipe: SLOW_RECIPE };
  const hideAsBefore = await hideFor(deployment.queueUrl('ingest'), 8);
  const workLongerAgain = await endInvocationsAfter(deployment.functionName('processor'), 4);
  await deployment.upload(poison);
  const [rejected] = await deployment.subscriber.expect('image.rejected', [poison.key]);
  assert.equal(rejected?.event.reason?.code, 'PROCESSING_LIMIT');
  assert.match(rejected.event.reason.message, /started 3 times/);
  await workLongerAgain();
  await hideAsBefore();
}
