import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { albumNamed, decodeAlbum, encodeAlbum } from '../../../core/album.ts';
import { InvalidInputError } from '../../../core/errors.ts';

describe('the album in the metadata of an upload', () => {
  it('comes back as it was named, by way of ASCII', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }), (text) => {
        const name = text.trim();
        fc.pre([...name].length <= 100 && name !== '' && !/\p{Cc}/u.test(name));
        expect(encodeAlbum(name)).toMatch(/^[\x21-\x7e]+$/);
        expect(decodeAlbum(encodeAlbum(name))).toBe(name);
      }),
    );
  });

  it.each([
    ['text that nobody encoded', 'Summer 2026', 'Summer 2026'],
    ['a percent sign that begins no character', '100% fun', '100% fun'],
    ['white space around a name', '%20Trip%20', 'Trip'],
    ['a name that is too long', 'é'.repeat(101), 'é'.repeat(100)],
    ['nothing', undefined, undefined],
    ['an empty name', '%20', undefined],
    ['a control character', 'a%0Ab', undefined],
    ['half of a character', '%ED%A0%80', '%ED%A0%80'],
  ])('copes with %s', (_, metadata, album) => {
    expect(decodeAlbum(metadata)).toBe(album);
  });
});

describe('the name of an album', () => {
  it('has no white space around it', () => {
    expect(albumNamed(' Hochzeit Müller ')).toBe('Hochzeit Müller');
    expect(albumNamed('🌄'.repeat(100))).toBe('🌄'.repeat(100));
  });

  it.each(['', '  ', 'a\nb', 'x\u0085', '🌄'.repeat(101), '\ud800'])('is not %j', (text) => {
    expect(() => albumNamed(text)).toThrow(InvalidInputError);
    expect(() => albumNamed(text)).toThrow('of 1 to 100 characters without control characters, received "');
  });
});
