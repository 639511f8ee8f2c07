import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Revisions } from '../../../../client/live/revisions.ts';

it('lets each image only grow', () => {
  const news = fc.array(
    fc.record({ imageId: fc.constantFrom('a', 'b', 'c'), revision: fc.integer({ min: 1, max: 20 }) }),
  );
  fc.assert(
    fc.property(news, (messages) => {
      const revisions = new Revisions();
      const shown = new Map<string, number>();
      for (const { imageId, revision } of messages) {
        const isNews = revision > (shown.get(imageId) ?? 0);
        expect(revisions.advance(imageId, revision)).toBe(isNews);
        if (isNews) shown.set(imageId, revision);
      }
    }),
  );
});

it('remembers the images of which it heard last', () => {
  const revisions = new Revisions();
  revisions.note('first', 5);
  revisions.note('second', 5);
  for (let id = 0; id < 19_999; id++) {
    revisions.note(`${id}`, 1);
    if (id === 10) revisions.note('first', 5);
  }
  expect(revisions.advance('first', 5)).toBe(false);
  // Forgotten, so it counts as news.
  expect(revisions.advance('second', 5)).toBe(true);
});
