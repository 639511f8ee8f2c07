import { expect, it } from 'vitest';
import { recipeDifference } from '../../../../web/image/recipe-difference.ts';
import { recipeOf } from '../../../support/fixtures/pictures.ts';

it('names what a recipe says otherwise than the one before', () => {
  const before = recipeOf({ enhance: { contrast: 1.05 }, rotations: [90, 180] });
  const after = recipeOf({ enhance: { contrast: 1.2 }, resize: { ratio: 0.5 }, labels: { mode: 'fast' } });
  expect(recipeDifference(before, after)).toEqual([
    'resize.widthPx 256 → –',
    'resize.heightPx 256 → –',
    'resize.fit contain → –',
    'enhance.contrast 1.05 → 1.2',
    'rotations 90 180 → 90 180 270 360',
    'resize.ratio – → 0.5',
    'labels.mode – → fast',
    'labels.minConfidence – → 0.3',
  ]);
  expect(recipeDifference(after, after)).toEqual([]);
});

it('shows an empty list as none', () => {
  const sharp = recipeOf({ filters: ['sharpen'] });
  expect(recipeDifference(sharp, recipeOf({}))).toEqual(['filters sharpen → none']);
});
