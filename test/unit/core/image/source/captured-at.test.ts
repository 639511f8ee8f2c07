import { describe, expect, it } from 'vitest';
import { capturedAtOf } from '../../../../../core/image/source/captured-at.ts';
import { makeExif, type Tag } from '../../../../support/fixtures/exif-fixture.ts';

const ORIGINAL = 0x9003;
const DIGITISED = 0x9004;
const OFFSET_ORIGINAL = 0x9011;
const OFFSET_DIGITISED = 0x9012;
const SUB_SECONDS_ORIGINAL = 0x9291;

function capturedAt(...photo: Tag[]): string | undefined {
  const exif = makeExif({ image: [[0x010f, 'Maker']], photo });
  const withoutMark = capturedAtOf(exif.subarray(6));
  expect(capturedAtOf(exif)).toBe(withoutMark);
  return withoutMark;
}

describe('the date of capture', () => {
  it.each<[string, Tag[], string | undefined]>([
    ['the date of the shot', [[ORIGINAL, '2024:02:29 23:59:59']], '2024-02-29T23:59:59'],
    [
      'that of digitisation where it has no other',
      [[DIGITISED, '1999:12:31 00:00:00']],
      '1999-12-31T00:00:00',
    ],
    [
      'the shot before the digitisation',
      [
        [ORIGINAL, '1890:05:06 07:08:09'],
        [DIGITISED, '2020:01:01 00:00:00'],
      ],
      '1890-05-06T07:08:09',
    ],
    [
      'its own offset and fraction',
      [
        [ORIGINAL, '2024:05:06 07:08:09'],
        [OFFSET_ORIGINAL, '-03:30'],
        [OFFSET_DIGITISED, '+09:00'],
        [SUB_SECONDS_ORIGINAL, '5'],
      ],
      '2024-05-06T07:08:09.500-03:30',
    ],
    [
      'milliseconds of a finer fraction, which some cameras pad with spaces',
      [
        [ORIGINAL, '2024:05:06 07:08:09'],
        [SUB_SECONDS_ORIGINAL, '123456  '],
      ],
      '2024-05-06T07:08:09.123',
    ],
    [
      'no offset that no clock has, and no fraction that is none',
      [
        [ORIGINAL, '2024:05:06 07:08:09'],
        [OFFSET_ORIGINAL, '   :  '],
        [SUB_SECONDS_ORIGINAL, '   '],
      ],
      '2024-05-06T07:08:09',
    ],
    [
      'the digitisation where the shot has no valid date',
      [
        [ORIGINAL, '0000:00:00 00:00:00'],
        [DIGITISED, '2020:01:02 03:04:05'],
      ],
      '2020-01-02T03:04:05',
    ],
    ['none of a clock that was never set', [[ORIGINAL, '0000:00:00 00:00:00']], undefined],
    ['none of a day that no calendar has', [[ORIGINAL, '2023:02:29 00:00:00']], undefined],
    ['none of an hour that no clock has', [[ORIGINAL, '2023:02:28 24:00:00']], undefined],
    ['none of an unknown date', [[ORIGINAL, '    :  :     :  :  ']], undefined],
    ['none of another way to write it', [[ORIGINAL, '2024-05-06T07:08:09']], undefined],
    ['none of no date', [], undefined],
  ])('is %s', (_, tags, expected) => {
    expect(capturedAt(...tags)).toBe(expected);
  });

  it('is none of a file without EXIF, or with a broken one', () => {
    expect(capturedAtOf(undefined)).toBeUndefined();
    expect(capturedAtOf(Buffer.from('Exif\0\0 and nothing more'))).toBeUndefined();
    const exif = makeExif({ image: [], photo: [[ORIGINAL, '2024:05:06 07:08:09']] });
    for (let end = 0; end < exif.length - 1; end += 1)
      expect(() => capturedAtOf(exif.subarray(0, end))).not.toThrow();
  });
});
