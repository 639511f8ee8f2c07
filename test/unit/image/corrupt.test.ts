import { expect, test } from 'vitest';
import { isOutOfMemory } from '../../../core/image/corrupt.ts';

test.each([
  ['vips__malloc: out of memory --- size == 300MB', true],
  ['unable to allocate 1234 bytes', true],
  ['Cannot allocate memory', true],
  ['VipsJpeg: premature end of JPEG image', false],
  ['tiff2vips: Out of memory reading of "Compression"', false],
  ['vipspng: libpng read error', false],
])('%s: is it memory? %s', (message, expected) => {
  expect(isOutOfMemory(new Error(message))).toBe(expected);
});

test('only errors are looked at', () => {
  expect(isOutOfMemory('out of memory')).toBe(false);
});
