import { describe, expect, it } from 'vitest';
import { filterOf, searchOf } from '../../../../web/images/filter.ts';

describe('the filter in an address', () => {
  it('comes back as it was', () => {
    const filter = {
      state: 'REJECTED',
      album: 'Ann & Bob',
      name: 'a+b%',
      from: '2026-01-31',
      all: true,
    } as const;
    expect(filterOf(new URLSearchParams(searchOf(filter)))).toEqual(filter);
  });

  it('leaves out what filters nothing', () => {
    expect(searchOf({ name: '', album: '' })).toBe('');
    expect(filterOf(new URLSearchParams('name=&utm=1'))).toEqual({});
  });
});
