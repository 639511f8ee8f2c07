import { expect, it } from 'vitest';
import { all, synthesise } from '../support/synthesise.ts';
import { constructOf, outerConstructOf, workersThat } from './expected-workers.ts';

it('glibc keeps two heaps for the functions that handle pixels, also as zip files', () => {
  const limited = all(synthesise({ packaging: 'zip' }), 'AWS::Lambda::Function')
    .filter(([, { Properties }]) => {
      const { Variables } = Properties.Environment as { Variables: Record<string, unknown> };
      return Variables.MALLOC_ARENA_MAX === '2';
    })
    .map(([id]) => id);
  expect(limited.sort()).toEqual(
    [outerConstructOf('pixels'), ...workersThat(({ handlesPixels }) => handlesPixels).map(constructOf)].map(
      (construct) => `${construct}Function`,
    ),
  );
});
