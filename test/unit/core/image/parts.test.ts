import { expect, test } from 'vitest';
import { sharpImaging } from '../../../../core/image/imaging.ts';
import { isHeavy, isProcessedPicture, partsOf, picturesOf } from '../../../../core/image/parts.ts';
import { LIMITS, recipeOf, sample } from '../../../support/fixtures/pictures.ts';

const RECIPE = recipeOf({ rotations: [45, 360, 90], resize: { widthPx: 64, heightPx: 64 } });

test('a recipe has the processed picture and its rotations as parts, in its order', () => {
  expect(partsOf(RECIPE).map(({ variant }) => variant)).toEqual(['processed', '45', '360', '90']);
  expect(partsOf(recipeOf({ rotations: [] }))).toEqual([{ kind: 'processed', variant: 'processed' }]);
});

test('only a rotation that changes the picture is heavy', () => {
  const heavy = picturesOf(RECIPE).filter(isHeavy);
  expect(heavy).toEqual([
    { kind: 'rotation', variant: '45', degrees: 45 },
    { kind: 'rotation', variant: '90', degrees: 90 },
  ]);
  expect(heavy.some(isProcessedPicture)).toBe(false);
});

test('labels are a heavy part, and no picture', () => {
  const labelled = recipeOf({ rotations: [], labels: { mode: 'accurate' } });
  expect(partsOf(labelled).filter(isHeavy)).toEqual([
    { kind: 'labels', variant: 'labels', mode: 'accurate' },
  ]);
  expect(picturesOf(labelled).map(({ variant }) => variant)).toEqual(['processed']);
});

test('the light parts are made with the processed picture: a full rotation has its bytes', async () => {
  const { processed, parts } = await sharpImaging.process(sample('coffee.jpg'), RECIPE, LIMITS);
  expect(parts).toEqual({ processed, '360': processed });
});
