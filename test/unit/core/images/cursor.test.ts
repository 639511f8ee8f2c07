import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../../../core/errors.ts';
import { decodeCursor, encodeCursor } from '../../../../core/images/cursor.ts';
import type { ListQuery } from '../../../../core/listing.ts';
import { idFrom } from '../../../support/record-factory.ts';

const QUERY: ListQuery = { scope: { kind: 'owner', owner: 'alice', inTrash: false } };
const POSITION = { sortKey: '2026-02-03T04:05:06.789Z', imageId: idFrom('image') };

describe('a cursor', () => {
  it('leads back to its position, and fits into a URL', () => {
    const cursor = encodeCursor(QUERY, POSITION);
    expect(cursor).toMatch(/^[\w-]+$/);
    expect(decodeCursor(QUERY, cursor)).toEqual(POSITION);
  });

  it.each<ListQuery>([
    { scope: { kind: 'owner', owner: 'bob', inTrash: false } },
    { scope: { kind: 'owner', owner: 'alice', inTrash: true } },
    { scope: { kind: 'all', inTrash: false } },
    { scope: { kind: 'album', owner: 'alice', album: 'Beach' } },
    { ...QUERY, states: ['FAILED'] },
    { ...QUERY, recipe: 'vivid' },
    { ...QUERY, name: 'beach' },
    { ...QUERY, from: '2026' },
    { ...QUERY, to: '2026' },
  ])('works for no other query: %j', (other) => {
    expect(() => decodeCursor(other, encodeCursor(QUERY, POSITION))).toThrow('other filters');
    expect(decodeCursor(other, encodeCursor(other, POSITION))).toEqual(POSITION);
  });

  it('that was made up is refused, whatever it is', () => {
    const made = encodeCursor(QUERY, POSITION);
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.nat(made.length - 2)), (text) => {
        const cursor = typeof text === 'number' ? made.slice(0, text) : text;
        expect(() => decodeCursor(QUERY, cursor)).toThrow(InvalidInputError);
      }),
    );
  });
});
