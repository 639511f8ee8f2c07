import { expect, it } from 'vitest';
import { readExif } from '../../../../../core/image/source/exif.ts';

it('takes no longer than reading for a long block of zeros with something behind it', () => {
  // With a search for trailing zeros that starts over at each of them, this would take an hour.
  const text = Buffer.alloc(2_000_000);
  text.write('x', text.length - 2);

  expect(readExif(imageDescription(text))).toBeNull();
});

it('reads text without the zeros and spaces behind it', () => {
  expect(readExif(imageDescription(Buffer.from('dusk \0\0\0\0')))).toEqual({
    Image: { ImageDescription: 'dusk' },
  });
});

/** EXIF of one tag: little-endian TIFF, one directory, ImageDescription as text. */
function imageDescription(text: Buffer): Buffer {
  const head = Buffer.alloc(26);
  head.write('II*\0', 'latin1');
  head.writeUInt32LE(8, 4);
  head.writeUInt16LE(1, 8);
  head.writeUInt16LE(0x010e, 10);
  head.writeUInt16LE(2, 12);
  head.writeUInt32LE(text.length, 14);
  head.writeUInt32LE(26, 18);
  return Buffer.concat([head, text]);
}
