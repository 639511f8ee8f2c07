import assert from 'node:assert/strict';
import { ownerOf } from '../../../core/names.ts';
import { expectLinksToBeSigned, expectSameAsLaptop } from './comparison.ts';
import type { Deployment } from './deployment.ts';
import type { LaptopResult } from './laptop.ts';
import type { Photo } from './photos.ts';

/** Uploads the photos and expects a completion message for each, with the same outputs as the laptop edition's. */
export async function checkProcessing(
  deployment: Deployment,
  photos: readonly Photo[],
  onLaptop: ReadonlyMap<string, LaptopResult>,
): Promise<void> {
  await Promise.all(photos.map((photo) => deployment.upload(photo)));
  const completions = await deployment.subscriber.expect(
    'image.completed',
    photos.map(({ key }) => key),
  );
  for (const [index, { event, attributes }] of completions.entries()) {
    const { key, recipe } = photos[index] as Photo;
    const owner = ownerOf(key);
    assert.deepEqual(attributes, { type: 'image.completed', recipe, ...(owner && { owner }) });
    const laptop = onLaptop.get(key);
    assert.ok(laptop, `${key}: not processed on the laptop`);
    await expectSameAsLaptop(event, laptop);
    await expectLinksToBeSigned(event);
  }
}

/** The scheduled functions run, and find nothing to repair. */
export async function checkScheduledFunctions(deployment: Deployment): Promise<void> {
  const reconciled = await deployment.invoke('reconciler');
  assert.deepEqual(reconciled, { versions: deployment.uploads, ingested: 0 });
  const swept = Object.values(await deployment.invoke('sweeper'));
  assert.ok(swept.length > 0);
  assert.deepEqual(new Set(swept), new Set([0]));
}
