import { describe, expect, it } from 'vitest';
import { extended, NOTHING, toggled, within } from '../../../../web/gallery/selection.ts';

const ORDER = ['a', 'b', 'c', 'd', 'e'];
const chosen = (selection: typeof NOTHING) => [...selection.ids].toSorted();

describe('a selection', () => {
  it('takes an image, and lets it go', () => {
    const one = toggled(NOTHING, 'b');
    expect(chosen(one)).toEqual(['b']);
    expect(chosen(toggled(one, 'b'))).toEqual([]);
  });

  it('takes the range from the last image to this one, in both directions', () => {
    expect(chosen(extended(toggled(NOTHING, 'b'), 'd', ORDER))).toEqual(['b', 'c', 'd']);
    expect(chosen(extended(toggled(NOTHING, 'd'), 'b', ORDER))).toEqual(['b', 'c', 'd']);
  });

  it('keeps what it has beside a range, and begins a range at the image itself', () => {
    expect(chosen(extended(toggled(toggled(NOTHING, 'a'), 'd'), 'e', ORDER))).toEqual(['a', 'd', 'e']);
    expect(chosen(extended(NOTHING, 'c', ORDER))).toEqual(['c']);
  });

  it('takes one image where the beginning of the range is gone', () => {
    expect(chosen(extended(toggled(NOTHING, 'gone'), 'c', ORDER))).toEqual(['c', 'gone']);
  });

  it('drops what is no longer in the list', () => {
    expect(chosen(within({ ids: new Set(['a', 'gone']), anchor: 'a' }, ORDER))).toEqual(['a']);
  });
});
