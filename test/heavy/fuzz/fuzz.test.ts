import { expect, it } from 'vitest';
import { LIMITS, recipeOf } from '../../support/fixtures/pictures.ts';
import { tryImage } from '../../support/image-process/try-image.ts';
import { fuzz, tryInput } from './fuzz.ts';
import { makeInput } from './mutate.ts';
import { readRegressions, readSeeds } from './seeds.ts';

const INPUTS = 400;

it('makes the same input of the same number', () => {
  const seeds = readSeeds();
  for (const number of [0, 17, 4711]) {
    expect(makeInput(seeds, 1, number)).toEqual(makeInput(seeds, 1, number));
    expect(makeInput(seeds, 2, number).bytes).not.toEqual(makeInput(seeds, 1, number).bytes);
  }
});

it.each(readSeeds())('starts from what is sound: $name', async ({ name, bytes }) => {
  const outcome = await tryImage(bytes, recipeOf(), LIMITS);
  expect(outcome.state).toBe(name === 'start.heic' ? 'REJECTED' : 'COMPLETE');
});

// Many more are tried by `npm run fuzz`, which CI runs too.
it('processes or refuses whatever it is given, in bounded memory', async () => {
  const { inputs, findings, endings } = await fuzz({
    seed: 1,
    processes: 2,
    goesOn: (number) => number < INPUTS,
  });
  expect(findings).toEqual([]);
  expect(inputs).toBe(INPUTS);
  // Inputs that all ended alike would try nothing.
  for (const ending of ['COMPLETE', 'CORRUPT_IMAGE', 'IMAGE_TOO_LARGE', 'UNSUPPORTED_FORMAT']) {
    expect(endings[ending], ending).toBeGreaterThan(0);
  }
});

it.each(readRegressions())('processes or refuses what it once did not: $name', async (input) => {
  const { findings, endings } = await tryInput(input);
  expect(findings).toEqual([]);
  expect(Object.keys(endings)).not.toEqual([]);
});
