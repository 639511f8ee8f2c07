import { readFile } from 'node:fs/promises';
import readExifBlock from 'exif-reader';
import { describe, expect, test } from 'vitest';
import { keptExif } from '../../../../../core/image/output/kept-exif.ts';
import { rotationPart } from '../../../../../core/image/parts.ts';
import { fromPixels } from '../../../../../core/image/pixels.ts';
import { processImage, renderPart } from '../../../../../core/image/process.ts';
import { sharp } from '../../../../../core/image/sharp-setup.ts';
import { readExif } from '../../../../../core/image/source/exif.ts';
import { headerChunks } from '../../../../../core/image/source/png-chunks.ts';
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
  const quarter = await renderPart(work, rotationPart(90), recipe, LIMITS);
  const oblique = await renderPart(work, rotationPart(30), recipe, LIMITS);
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
      expect(exif?.text?.Photo).toMatchObject({ ColorSpace: 1 });
      const described = { ...exif?.text?.Image, ...exif?.text?.Photo };
      const names = Object.keys(described).filter((name) => !TECHNICAL.has(name));
      const kept = kind.keep === 'copyright' ? COPYRIGHT_ONLY : EVERYTHING;
      expect(names.toSorted()).toEqual(kept.toSorted());
    }
  });
});

/** The pointer to the photo's directory, the colour space of all outputs, and the resolution of the source. */
const TECHNICAL = new Set(['ExifTag', 'ColorSpace', 'XResolution', 'YResolution', 'ResolutionUnit']);
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
    expect(keptExif({ block: block.subarray(6) }, 'all')).toEqual(keptExif({ block: block }, 'all'));
  });

  test('is nothing where there is nothing to keep', () => {
    expect(keptExif({ block: undefined }, 'all')).toBeUndefined();
    expect(keptExif({ block: block }, 'none')).toBeUndefined();
    expect(keptExif({ block: makeExif({ image: [[0x0112, 6]] }) }, 'all')).toBeUndefined();
    expect(keptExif({ block: makeExif({ image: [[0x010f, 'Maker']] }) }, 'copyright')).toBeUndefined();
    expect(keptExif({ block: Buffer.from('no EXIF at all') }, 'all')).toBeUndefined();
  });

  test('leaves out what is too long to be a fact', () => {
    const image = [[0x010e, 'x'.repeat(3000)]] as const;
    const kept = keptExif({ block: makeExif({ image, photo: [[0x8827, 200]] }) }, 'all');
    expect(readExif(kept)).toEqual({
      Image: { ExifTag: expect.any(Number) },
      Photo: { ISOSpeedRatings: 200, ColorSpace: 1 },
    });
  });

  test.each(['copyright', 'all'] as const)('%s keeps long credits, and cuts longer ones', (keep) => {
    const credits = (artist: string) =>
      readExifBlock(keptExif({ block: makeExif({ image: [[0x013b, artist]] }) }, keep) ?? Buffer.alloc(0));
    expect(String(credits('x'.repeat(3000)).Image?.Artist)).toHaveLength(3000);
    const cut = credits('é'.repeat(20_000)).Image?.Artist as unknown as Uint8Array;
    const text = new TextDecoder('utf-8', { fatal: true }).decode(cut);
    expect(text.length).toBeGreaterThan(8000);
    expect(text.replace('\0', '')).toMatch(/^é+$/);
  });

  test("EXIF 3.0's text in UTF-8 becomes text that older readers know", () => {
    const block = makeExif({ image: [[0x8298, '© 山田', 129]] });
    expect(readExif(keptExif({ block }, 'copyright'))?.Image).toMatchObject({ Copyright: '© 山田' });
  });

  test('a block that no JPEG can hold loses all but credits', () => {
    const photo = Array.from({ length: 60 }, (_, index) => [0x9300 + index, 'x'.repeat(2000)] as const);
    const kept = keptExif({ block: makeExif({ image: [[0x013b, 'José']], photo }) }, 'all');
    expect(kept?.length).toBeLessThan(1000);
    expect(readExif(kept)?.Image).toMatchObject({ Artist: 'José' });
  });

  test('keeps the resolution that EXIF states, or else the file', () => {
    const resolution = [
      [0x011a, Buffer.from([0, 0, 0, 240, 0, 0, 0, 1]), 5],
      [0x011b, Buffer.from([0, 0, 0, 120, 0, 0, 0, 1]), 5],
      [0x0128, 3],
    ] as const;
    const credit = [0x013b, 'José'] as const;
    const both = keptExif(
      { block: withCounts(makeExif({ image: [credit, ...resolution] })), densityDpi: 72 },
      'all',
    );
    expect(readExif(both)?.Image).toMatchObject({ XResolution: 240, YResolution: 120, ResolutionUnit: 3 });
    const elsewhere = keptExif({ block: makeExif({ image: [credit] }), densityDpi: 300 }, 'copyright');
    expect(readExif(elsewhere)?.Image).toMatchObject({
      XResolution: 300,
      YResolution: 300,
      ResolutionUnit: 2,
    });
    const nowhere = keptExif({ block: makeExif({ image: [credit] }) }, 'copyright');
    expect(readExif(nowhere)?.Image).not.toHaveProperty('XResolution');
  });
});

/** A rational number counts once, and not for each of its bytes. */
function withCounts(block: Buffer): Buffer {
  for (let at = 16; at < block.length - 8; at += 1) {
    if (block.readUInt16BE(at) === 5 && block.readUInt32BE(at + 2) === 8) block.writeUInt32BE(1, at + 2);
  }
  return block;
}

const CREDITS = { Artist: 'Zoë 山田', Copyright: '© 2026 Zoë', XResolution: 300, ResolutionUnit: 2 };

describe('files that exiftool wrote', () => {
  const file = (name: string) =>
    readFile(new URL(`../../../../support/fixtures/exif/${name}`, import.meta.url));
  const sources = ['credits.tif', 'credits.png', 'credits-animated.webp'];

  test.each(sources.flatMap((name) => FORMATS.map((format) => ({ name, format }))))(
    'credits of $name come through in $format',
    async ({ name, format }) => {
      for (const keep of ['copyright', 'all'] as const) {
        for (const bytes of await outputsOf(await file(name), { format, keep })) {
          const exif = await exifOf(bytes);
          expect(exif?.text?.Image).toMatchObject(CREDITS);
          expect(exif?.text?.Photo?.FNumber).toBe(keep === 'all' ? 4 : undefined);
          expect(exif?.GPSInfo).toBeUndefined();
        }
      }
    },
  );

  test('an animation keeps them with all its frames', async () => {
    const recipe = recipeOf({
      resize: { ratio: 1 },
      output: { format: 'webp' },
      animated: 'keep',
      metadata: { keep: 'copyright' },
    });
    const image = await processImage(await file('credits-animated.webp'), recipe, LIMITS);
    const rotated = await renderPart(intermediateOf(image), rotationPart(90), recipe, LIMITS);
    for (const bytes of [image.processed.bytes, rotated.bytes]) {
      expect((await exifOf(bytes))?.text?.Image).toMatchObject(CREDITS);
      expect(await sharp(bytes).metadata()).toMatchObject({ pages: 3, delay: [70, 120, 300] });
    }
  });

  test('GIF cannot hold them, and the image says so', async () => {
    const source = await file('credits.tif');
    const gif = (keep: 'none' | 'copyright') =>
      processImage(source, recipeOf({ output: { format: 'gif' }, metadata: { keep } }), LIMITS);
    expect((await gif('copyright')).warnings).toEqual([expect.stringContaining('GIF holds no EXIF')]);
    expect((await gif('none')).warnings).toEqual([]);
  });

  test("WebP's chunk begins with the byte order", async () => {
    const [bytes = Buffer.alloc(0)] = await outputsOf(await file('credits.tif'), {
      format: 'webp',
      keep: 'all',
    });
    const chunk = bytes.indexOf('EXIF');
    expect(bytes.toString('latin1', chunk + 8, chunk + 12)).toMatch(/^(II\*\0|MM\0\*)$/);
  });

  test('PNG states the resolution of the source, or none', async () => {
    const physical = async (keep: 'none' | 'copyright') => {
      const [bytes = Buffer.alloc(0)] = await outputsOf(await file('credits.tif'), { format: 'png', keep });
      return headerChunks(bytes)
        .find(({ type }) => type === 'pHYs')
        ?.data.readUInt32BE();
    };
    expect(await physical('copyright')).toBe(11_811);
    expect(await physical('none')).toBeUndefined();
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
