import { expect, test } from 'vitest';
import { isOutOfMemory } from '../../../../../core/image/source/corrupt-image.ts';

test.each([
  ['vips__malloc: out of memory --- size == 300MB', true],
  ['unable to allocate 1234 bytes', true],
  ['Cannot allocate memory', true],
  ['VipsJpeg: premature end of JPEG image', false],
  ['tiff2vips: Out of memory reading of "Compression"', false],
  ['source: bad seek to 65535\ntiff2vips: Failed to allocate memory for to read TIFF directory', false],
  ['gifload: bad image dimensions\ngifload_buffer: Out of memory', false],
  ['gifload_buffer: Out of memory', true],
  ['tiff2vips: Invalid strip byte count 0\nvips_tracked: out of memory -- size == 300MB', true],
  ['vipspng: libpng read error', false],
  [
    'Warning treated as error due to failOn setting\nOut of memory reading of "ICC Profile"; tag ignored',
    false,
  ],
])('%s: is it memory? %s', (message, expected) => {
  expect(isOutOfMemory(new Error(message))).toBe(expected);
});

test('only errors are looked at', () => {
  expect(isOutOfMemory('out of memory')).toBe(false);
});
