import { describe, expect, it } from 'vitest';
import { isMadeBy, nextStep } from '../../../../core/pipeline/next-step.ts';
import type { ImageRecord, State } from '../../../../core/pipeline/record.ts';
import type { NamedRecipe } from '../../../../core/recipe.ts';
import { RECIPE, receivedRecord } from '../../../support/record-factory.ts';

const OTHER: NamedRecipe = { ...RECIPE, recipe: { ...RECIPE.recipe, rotations: [45] } };

function recordIn(state: State, recipe?: NamedRecipe): ImageRecord {
  return receivedRecord('a', { state, ...(recipe && { recipe: structuredClone(recipe) }) });
}

describe('the next step for an input', () => {
  it('is to upload it, where the catalog does not know it', () => {
    expect(nextStep(undefined, RECIPE)).toBe('upload');
  });

  it.each([
    ['RECEIVED', 'wait', 'wait', 'wait'],
    ['PROCESSING', 'wait', 'wait', 'wait'],
    ['FANNED_OUT', 'wait', 'wait', 'wait'],
    ['COMPLETE', 'publish', 'reprocess', 'publish'],
    ['FAILED', 'redrive', 'reprocess', 'redrive'],
    ['REJECTED', 'reprocess', 'reprocess', 'reprocess'],
    ['DELETED', 'reprocess', 'reprocess', 'reprocess'],
  ] as const)(
    'in state %s is to %s; by another recipe to %s; without one to %s',
    (state, same, other, none) => {
      expect(nextStep(recordIn(state, RECIPE), RECIPE)).toBe(same);
      expect(nextStep(recordIn(state, OTHER), RECIPE)).toBe(other);
      expect(nextStep(recordIn(state), RECIPE)).toBe(none);
    },
  );
});

it('a recipe of the same name with other contents is another recipe', () => {
  expect(isMadeBy(recordIn('COMPLETE', RECIPE), RECIPE)).toBe(true);
  expect(isMadeBy(recordIn('COMPLETE', OTHER), RECIPE)).toBe(false);
  expect(isMadeBy(recordIn('COMPLETE', { ...RECIPE, name: 'mine' }), RECIPE)).toBe(false);
});
