import { deflateSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { sharp } from '../../../../../core/image/sharp-setup.ts';
import { PDF, pngBomb, SVG } from '../../../../support/fixtures/broken.ts';
import { gradient, jpegOf, pngOf, recipeOf } from '../../../../support/fixtures/pictures.ts';
import { ImageProcess } from '../../../../support/image-process/image-process.ts';
import {
  avifOfSize,
  avifOfTiles,
  blackPng,
  gifOfFrames,
  gifOfSize,
  jpegOfScans,
  jpegOfSize,
  jpegWithProfile,
  pngWithInflated,
  tiffOfEndlessPages,
  tiffOfPages,
  tiffOfSize,
  webpOfFrames,
  webpOfSize,
  webpWithProfile,
} from './bombs.ts';

/** The defaults of the deployment on AWS. */
const LIMITS = {
  maxBytes: 52_428_800,
  maxPixels: 100_000_000,
  maxMemoryBytes: 4e9,
  maxPages: 200,
  timeoutMs: 20_000,
};
const STUCK_AFTER_MS = 25_000;

/** A process that has loaded everything and refused a file has some 110 MiB resident. */
const REFUSED_MIB = 200;
/** 100 megapixels are decoded at full size, as the detail is measured: 300 MB of them, and what goes on around. */
const DECODED_MIB = 768;

/** How the work on a file ends in a process of its own, and the most memory it had resident. */
async function workOn(bytes: Buffer, limits = LIMITS) {
  const subject = new ImageProcess();
  try {
    return await workIn(subject, bytes, limits);
  } finally {
    subject.stop();
  }
}

async function workIn(subject: ImageProcess, bytes: Buffer, limits = LIMITS) {
  const answer = await subject.work({ bytes, recipe: recipeOf(), limits }, STUCK_AFTER_MS);
  if ('kind' in answer) throw new Error(`${answer.kind}: ${answer.what}`);
  return { outcome: answer.outcome, ms: answer.ms, peakMib: answer.peakRssBytes / 1024 ** 2 };
}

describe('what states too much', () => {
  it.each([
    ['a PNG', pngBomb(60_000, 60_000), '60000 × 60000 pixels'],
    ['a TIFF', tiffOfSize(65_535, 65_535), '65535 × 65535 pixels'],
    ['an animated WebP', webpOfSize(16_383, 16_383), '3 pages of 16383 × 16383 pixels'],
    ['an AVIF', avifOfSize(65_535, 65_535), '65535 × 65535 pixels'],
    ['an AVIF of 240 tiles', avifOfTiles(16, 15), '360 × 320 pixels'],
    [
      'a GIF whose canvas is larger than its frames',
      gifOfSize(65_535, 65_535),
      '3 pages of 65535 × 65535 pixels',
    ],
    ['a GIF of 5,000 frames', gifOfFrames(5000), 'at most 200 pages or frames, received 5003'],
    ['a WebP of 5,000 frames', webpOfFrames(5000), 'at most 200 pages or frames, received 5003'],
    ['a TIFF of 50,000 pages', tiffOfPages(50_000), 'at most 200 pages or frames, received 50000'],
    ['a JPEG with a profile of 6 MB', jpegWithProfile(6_000_000), 'a colour profile of at most 4.0 MB'],
    ['a WebP with a profile of 12 MB', webpWithProfile(12_000_000), 'a colour profile of at most 4.0 MB'],
  ])('%s is refused from its header', async (_, bytes, says) => {
    const limits = says === '360 × 320 pixels' ? { ...LIMITS, maxPixels: 100_000 } : LIMITS;
    const { outcome, peakMib } = await workOn(bytes, limits);
    expect(outcome).toMatchObject({ state: 'REJECTED', code: 'IMAGE_TOO_LARGE' });
    expect(outcome).toMatchObject({ message: expect.stringContaining(says) });
    expect(peakMib).toBeLessThan(REFUSED_MIB);
  });

  it.each([
    ['a JPEG of the largest size that its header can state', jpegOfSize(65_535, 65_535)],
    ['an AVIF of 3,600 tiles', avifOfTiles(60, 60)],
  ])('%s has no sound header for the library that reads it', async (_, bytes) => {
    const { outcome, peakMib } = await workOn(bytes);
    expect(outcome).toMatchObject({ state: 'REJECTED', code: 'CORRUPT_IMAGE' });
    expect(peakMib).toBeLessThan(REFUSED_MIB);
  });

  it('a TIFF whose pages go round in a circle has one page', async () => {
    expect((await workOn(tiffOfEndlessPages())).outcome).toMatchObject({ state: 'COMPLETE' });
  });
});

describe('what unfolds', () => {
  it('to just under the limits takes the memory of its pixels, not more', async () => {
    const { outcome, peakMib } = await workOn(blackPng(9900));
    expect(outcome).toMatchObject({ state: 'COMPLETE' });
    expect(peakMib).toBeLessThan(DECODED_MIB);
  });

  it.each(['zTXt', 'iCCP'] as const)('in a chunk beside the pixels (%s) is left folded', async (name) => {
    const { outcome, peakMib } = await workOn(pngWithInflated(name, 200_000_000));
    expect(outcome).toMatchObject({ state: 'COMPLETE' });
    expect(peakMib).toBeLessThan(REFUSED_MIB);
  });

  it('over and over, as 5,000 scans of one picture, is not followed to its end', async () => {
    const { outcome, peakMib } = await workOn(jpegOfScans(5000, 8000));
    expect(outcome).toMatchObject({ state: 'REJECTED', code: 'CORRUPT_IMAGE' });
    expect(peakMib).toBeLessThan(DECODED_MIB);
  });

  it('as a grid of tiles is put together, as long as it is small enough', async () => {
    expect((await workOn(avifOfTiles(8, 8))).outcome).toMatchObject({ state: 'COMPLETE' });
  });
});

const POSTSCRIPT = Buffer.from('%!PS-Adobe-3.0 EPSF-3.0\n(/etc/passwd) (r) file\n');
const MAGICK = Buffer.from(
  "push graphic-context\nimage over 0,0 0,0 'https://example.com/'\npop graphic-context\n",
);

describe('what can fetch or run', () => {
  const subject = new ImageProcess();
  afterAll(() => subject.stop());

  it.each([
    ['SVG', SVG],
    ['SVG behind a comment', Buffer.concat([Buffer.from(`<!-- ${'x'.repeat(2000)} -->`), SVG])],
    ['compressed SVG', gzipSync(SVG)],
    ['SVG in UTF-16', Buffer.from(`\uFEFF${SVG}`, 'utf16le')],
    ['PDF', PDF],
    ['PostScript', POSTSCRIPT],
    ["ImageMagick's drawings", MAGICK],
    ["ImageMagick's own format", Buffer.from('id=ImageMagick\nclass=DirectClass\n')],
    ["libvips' own format", Buffer.concat([Buffer.from([0x08, 0xf2, 0xa6, 0xb6]), Buffer.alloc(64)])],
    ['PPM', Buffer.from('P6\n1 1\n255\nabc')],
    ['CSV', Buffer.from('1,2,3\n4,5,6\n')],
    ['Radiance', Buffer.from('#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 1 +X 1\nabcd')],
    ['FITS', Buffer.from('SIMPLE  =                    T')],
    ['JPEG XL', Buffer.from([0xff, 0x0a, 0, 0, 0, 0])],
    ['an icon', Buffer.from([0, 0, 1, 0, 1, 0, 16, 16])],
    ['a zlib stream', deflateSync(SVG)],
  ])('%s is refused, whatever its name says, and libvips would not open it either', async (_, bytes) => {
    expect((await workIn(subject, bytes)).outcome).toMatchObject({
      state: 'REJECTED',
      code: 'UNSUPPORTED_FORMAT',
    });
    await expect(sharp(bytes).metadata()).rejects.toThrow();
  });

  it('does not ride along: what is hung on an image is in none of its outputs', async () => {
    const payload = Buffer.from('<?php system($_GET[0]); ?>');
    for (const image of [await jpegOf(gradient(64, 48)), await pngOf(gradient(64, 48))]) {
      const { data } = await sharp(Buffer.concat([image, payload, SVG]))
        .jpeg()
        .toBuffer({ resolveWithObject: true });
      expect(data.includes('<?php')).toBe(false);
      expect((await workIn(subject, Buffer.concat([image, payload, SVG]))).outcome).toMatchObject({
        state: 'COMPLETE',
      });
    }
  });
});
