import readExifBlock from 'exif-reader';
import { describe, expect, test } from 'vitest';
import { keptExif } from '../../../../../core/image/output/kept-exif.ts';
import { rotationPart } from '../../../../../core/image/parts.ts';
import { fromPixels } from '../../../../../core/image/pixels.ts';
import { processImage, renderPart } from '../../../../../core/image/process.ts';
import { sharp } from '../../../../../core/image/sharp-setup.ts';
import { readExif } from '../../../../../core/image/source/exif.ts';
import { makeExif, makeXmp, withSegments } from '../../../../support/fixtures/exif-fixture.ts';
import {
  flat,
  gradient,
  intermediateOf,
  jpegOf,
  LIMITS,
  RED,
  recipeOf,
  sample,
} from '../../../../support/fixtures/pictures.ts';

const MARK = 'POSITION-47.3769N';

/** Everything that a photo may give away: position in four places, a thumbnail, serial numbers, a profile. */
async function talkativeJpeg(): Promise<Buffer> {
  const block = makeExif({
    image: [
      [0x010e, 'A gradient'],
      [0x010f, 'Camera maker'],
      [0x0112, 6],
      [0x013b, 'José 山田'],
      [0x02bc, Buffer.from(`<x:xmpmeta>${MARK}</x:xmpmeta>`)],
      [0x8298, '© 2024 José'],
      [0x83bb, Buffer.from(`iptc ${MARK}`)],
    ],
    photo: [
      [0x8827, 200],
      [0x9003, '2024:05:01 10:20:30'],
      [0x927c, Buffer.from(`maker note ${MARK}`)],
      [0xa434, 'A lens'],
    ],
    gps: [
      [0x0001, 'N'],
      [0x001b, Buffer.from(MARK)],
    ],
    thumbnail: await jpegOf(flat(16, 12, RED)),
  });
  const jpeg = await fromPixels(gradient(400, 300)).withIccProfile('p3').jpeg().toBuffer();
  return withSegments(jpeg, [block, makeXmp()]);
}

const FORMATS = ['jpeg', 'png', 'webp', 'avif'] as const;
const KEEPS = ['none', 'copyright', 'all'] as const;
const cases = FORMATS.flatMap((format) => KEEPS.map((keep) => ({ format, keep })));

async function outputsOf(source: Buffer, { format, keep }: (typeof cases)[number]) {
  const recipe = recipeOf({
    resize: { widthPx: 80, heightPx: 60 },
    output: { format },
    metadata: { keep },
  });
  const image = await processImage(source, recipe, LIMITS);
  const work = intermediateOf(image);
  const quarter = await renderPart(work, rotationPart(90), recipe);
  const oblique = await renderPart(work, rotationPart(30), recipe);
  return [image.processed.bytes, work, quarter.bytes, oblique.bytes];
}

/** EXIF as another program would read it, text in UTF-8. */
async function exifOf(bytes: Buffer) {
  const { exif } = await sharp(bytes).metadata();
  if (exif === undefined) return undefined;
  return { ...readExifBlock(exif), text: readExif(exif) };
}

test('the source has all that must not come out', async () => {
  const source = await talkativeJpeg();
  const { exif, xmp, icc, orientation } = await sharp(source).metadata();
  expect(orientation).toBe(6);
  expect(xmp?.toString()).toContain('GPSLatitude');
  expect(icc).toBeDefined();
  const parsed = exif === undefined ? undefined : readExifBlock(exif);
  expect(parsed?.GPSInfo?.GPSLatitudeRef).toBe('N');
  expect(parsed?.Thumbnail).toMatchObject({ JPEGInterchangeFormatLength: expect.any(Number) });
  expect(source.toString('latin1')).toContain(MARK);
});

describe.each(cases)('$format, keep $keep', (kind) => {
  test('no output has a position, a thumbnail, a profile or an orientation', async () => {
    for (const bytes of await outputsOf(await talkativeJpeg(), kind)) {
      const { xmp, iptc, icc, orientation } = await sharp(bytes).metadata();
      expect([xmp, iptc, icc]).toEqual([undefined, undefined, undefined]);
      expect(orientation ?? 1).toBe(1);
      const exif = await exifOf(bytes);
      expect(exif?.GPSInfo).toBeUndefined();
      expect(exif?.Thumbnail).toBeUndefined();
      expect(exif?.Image ?? {}).not.toHaveProperty('GPSTag');
      expect(bytes.toString('latin1')).not.toContain(MARK);
      expect(bytes.toString('latin1')).not.toContain('GPSLatitude');
    }
  });

  test('every output has what the recipe keeps, and no more', async () => {
    for (const bytes of await outputsOf(await talkativeJpeg(), kind)) {
      const exif = await exifOf(bytes);
      if (kind.keep === 'none') {
        expect(exif).toBeUndefined();
        continue;
      }
      expect(exif?.text?.Image).toMatchObject({ Artist: 'José 山田', Copyright: '© 2024 José' });
      const described = { ...exif?.text?.Image, ...exif?.text?.Photo };
      const names = Object.keys(described).filter((name) => !TECHNICAL.has(name));
      const kept = kind.keep === 'copyright' ? COPYRIGHT_ONLY : EVERYTHING;
      expect(names.toSorted()).toEqual(kept.toSorted());
    }
  });
});

/** What libvips writes into every EXIF block of its own: resolution, version, size in pixels. */
const TECHNICAL = new Set([
  'Orientation',
  'XResolution',
  'YResolution',
  'ResolutionUnit',
  'YCbCrPositioning',
  'ExifTag',
  'ExifVersion',
  'FlashpixVersion',
  'ComponentsConfiguration',
  'ColorSpace',
  'PixelXDimension',
  'PixelYDimension',
]);
const COPYRIGHT_ONLY = ['Artist', 'Copyright'];
const EVERYTHING = [
  ...COPYRIGHT_ONLY,
  'DateTimeOriginal',
  'ISOSpeedRatings',
  'ImageDescription',
  'LensModel',
  'Make',
];

test('a sample with a position keeps it to itself in every recipe', async () => {
  for (const keep of KEEPS) {
    const recipe = recipeOf({ metadata: { keep } });
    const { processed, exif } = await processImage(sample('astronaut-sideways.jpg'), recipe, LIMITS);
    expect(exif?.GPSInfo?.GPSLatitude).toEqual([28, 34, 22]);
    expect((await exifOf(processed.bytes))?.GPSInfo).toBeUndefined();
  }
});

describe('keptExif', () => {
  const block = makeExif({ image: [[0x013b, 'Someone']], photo: [[0x8827, 200]] });

  test('is the same with and without Exif\\0\\0', () => {
    expect(keptExif(block.subarray(6), 'all')).toEqual(keptExif(block, 'all'));
  });

  test('is nothing where there is nothing to keep', () => {
    expect(keptExif(undefined, 'all')).toBeUndefined();
    expect(keptExif(block, 'none')).toBeUndefined();
    expect(keptExif(makeExif({ image: [[0x0112, 6]] }), 'all')).toBeUndefined();
    expect(keptExif(makeExif({ image: [[0x010f, 'Maker']] }), 'copyright')).toBeUndefined();
    expect(keptExif(Buffer.from('no EXIF at all'), 'all')).toBeUndefined();
  });

  test('leaves out what is too long to be a fact', () => {
    const kept = keptExif(makeExif({ image: [[0x013b, 'x'.repeat(3000)]], photo: [[0x8827, 200]] }), 'all');
    expect(readExif(kept)).toEqual({
      Image: { ExifTag: expect.any(Number) },
      Photo: { ISOSpeedRatings: 200 },
    });
  });
});

describe('readExif', () => {
  test('gives plain values and leaves out binary ones', () => {
    const block = makeExif({
      image: [
        [0x013b, 'José'],
        [0x0112, 6],
      ],
      photo: [[0x927c, Buffer.from([0, 1, 2, 3, 4, 5])]],
    });
    expect(readExif(block)).toEqual({
      Image: { Artist: 'José', Orientation: 6, ExifTag: expect.any(Number) },
    });
  });

  test('is null for what is no EXIF', () => {
    expect(readExif(undefined)).toBeNull();
    expect(readExif(Buffer.from('nothing of the kind'))).toBeNull();
    expect(readExif(Buffer.alloc(0))).toBeNull();
  });
});
