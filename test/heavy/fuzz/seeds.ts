import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Sharp } from 'sharp';
import { fromPixels } from '../../../core/image/pixels.ts';
import { sharp } from '../../../core/image/sharp-setup.ts';
import { heicStart } from '../../support/fixtures/broken.ts';
import { makeExif, makeXmp, withSegments } from '../../support/fixtures/exif-fixture.ts';
import { makeGif } from '../../support/fixtures/gif-fixture.ts';
import { BLUE, flat, gradient, pngOf, quadrants, RED } from '../../support/fixtures/pictures.ts';
import { makePng, type PngSpec } from '../../support/fixtures/png-fixture.ts';
import { makeTiff, type TiffSpec } from '../../support/fixtures/tiff-fixture.ts';

const FOLDER = fileURLToPath(new URL('./seeds/', import.meta.url));

/** A small sound file that inputs are made of. */
export interface Seed {
  /** The file's name: the format is its extension. */
  name: string;
  bytes: Buffer;
}

/** The kept seeds, in one order everywhere. */
export function readSeeds(): Seed[] {
  return readFolder(FOLDER);
}

/** Inputs that once did what none may. */
export function readRegressions(): Seed[] {
  return readFolder(fileURLToPath(new URL('./regressions/', import.meta.url)));
}

function readFolder(folder: string): Seed[] {
  return readdirSync(folder)
    .sort()
    .map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));
}

/** Makes the seeds anew; what is kept in the repository came from here. */
export async function writeSeeds(): Promise<number> {
  mkdirSync(FOLDER, { recursive: true });
  const seeds = await Promise.all(
    [...stills(), ...frames(), ...foreign()].map(async ([name, make]) => ({ name, bytes: await make })),
  );
  for (const { name, bytes } of seeds) writeFileSync(join(FOLDER, name), bytes);
  return seeds.length;
}

type Entry = readonly [name: string, bytes: Promise<Buffer>];

const picture = () => fromPixels(gradient(24, 20));
const hard = () => fromPixels(quadrants(24, 20));
const transparent = () => hard().ensureAlpha(0.5);
const wide = () => hard().toColourspace('rgb16');

function stills(): Entry[] {
  return [
    ['baseline.jpg', picture().jpeg().toBuffer()],
    ['progressive.jpg', hard().jpeg({ progressive: true, chromaSubsampling: '4:2:0' }).toBuffer()],
    ['grey.jpg', picture().toColourspace('b-w').jpeg().toBuffer()],
    ['cmyk.jpg', picture().toColourspace('cmyk').jpeg().toBuffer()],
    ['profile.jpg', picture().withIccProfile('p3').jpeg().toBuffer()],
    ['exif.jpg', withExif(picture().jpeg())],
    ['rgb.png', picture().png({ adaptiveFiltering: true }).toBuffer()],
    ['interlaced.png', hard().png({ progressive: true }).toBuffer()],
    ['palette.png', hard().png({ palette: true, colours: 4 }).toBuffer()],
    ['wide-alpha.png', wide().ensureAlpha(0.5).png().toBuffer()],
    ['profile-exif.png', described(picture()).png().toBuffer()],
    ['lossy.webp', picture().webp().toBuffer()],
    ['lossless.webp', hard().webp({ lossless: true }).toBuffer()],
    ['alpha-profile-exif.webp', described(transparent()).webp().toBuffer()],
    ['plain.tiff', picture().tiff({ compression: 'none' }).toBuffer()],
    ['lzw-alpha.tiff', transparent().tiff({ compression: 'lzw', predictor: 'horizontal' }).toBuffer()],
    ['deflate-wide.tiff', wide().tiff({ compression: 'deflate' }).toBuffer()],
    [
      'jpeg-tiled.tiff',
      picture().tiff({ compression: 'jpeg', tile: true, tileWidth: 16, tileHeight: 16 }).toBuffer(),
    ],
    ['fax.tiff', hard().toColourspace('b-w').tiff({ compression: 'ccittfax4', bitdepth: 1 }).toBuffer()],
    [
      'pyramid.tiff',
      picture()
        .tiff({ compression: 'packbits', pyramid: true, tile: true, tileWidth: 16, tileHeight: 16 })
        .toBuffer(),
    ],
    ['profile-exif.tiff', described(picture()).tiff({ compression: 'deflate' }).toBuffer()],
    ['lossy.avif', picture().avif({ effort: 0 }).toBuffer()],
    ['lossless-alpha.avif', transparent().avif({ lossless: true, effort: 0 }).toBuffer()],
    ['profile-exif.avif', described(hard()).avif({ effort: 0 }).toBuffer()],
    ['start.heic', Promise.resolve(heicStart())],
  ];
}

function frames(): Entry[] {
  const strip = async () => {
    const pages = await Promise.all([flat(12, 10, RED), flat(12, 10, BLUE), flat(12, 10, RED)].map(pngOf));
    return sharp(pages, { join: { animated: true } });
  };
  const times = { delay: [50, 50, 50], loop: 0 };
  return [
    ['still.gif', hard().gif({ colours: 4 }).toBuffer()],
    ['animated.gif', strip().then((frames) => frames.gif(times).toBuffer())],
    ['animated.webp', strip().then((frames) => frames.webp(times).toBuffer())],
    ['pages.tiff', strip().then((frames) => frames.tiff({ compression: 'lzw' }).toBuffer())],
  ];
}

function described(pipeline: Sharp): Sharp {
  return pipeline.withIccProfile('p3').withExifMerge({ IFD0: { Make: 'Darkroom', Artist: 'Nobody' } });
}

/** EXIF as cameras write it: three directories and a thumbnail; and XMP beside it. */
async function withExif(pipeline: Sharp): Promise<Buffer> {
  const exif = makeExif({
    image: [
      [0x010f, 'Darkroom'],
      [0x0112, 6],
      [0x8298, 'Nobody'],
    ],
    photo: [
      [0x8827, 400],
      [0x927c, Buffer.from('vendor')],
    ],
    gps: [[0x0001, 'N']],
    thumbnail: Buffer.from([0xff, 0xd8, 0xff, 0xd9]),
  });
  return withSegments(await pipeline.toBuffer(), [exif, makeXmp()]);
}

/** Kinds that libvips cannot write: made by hand, or by other software. */
function foreign(): Entry[] {
  const sampleAt = (x: number, y: number, sample: number) => (9 * x + 7 * y + 60 * sample) % 256;
  const tiff = (spec: Partial<TiffSpec>) =>
    Promise.resolve(makeTiff({ widthPx: 24, heightPx: 20, samples: 3, sampleAt, ...spec }));
  const png = (chunks: PngSpec['chunks'], colourType = 2) =>
    Promise.resolve(makePng({ widthPx: 24, heightPx: 20, colourType, sampleAt, ...(chunks && { chunks }) }));
  const place = { leftPx: 4, topPx: 3, widthPx: 10, heightPx: 8 };
  const canvas = { widthPx: 640, heightPx: 480 };
  return [
    ['big-tiles.tiff', tiff({ isBig: true, tilePx: 16, compression: 'deflate' })],
    ['big-endian-strips.tiff', tiff({ isBig: true, littleEndian: false, bits: 16 })],
    ['planes-extra.tiff', tiff({ samples: 5, extraSamples: [2, 0], isPlanar: true, compression: 'deflate' })],
    ['tiles-extra.tiff', tiff({ samples: 6, extraSamples: [0, 1, 0], tilePx: 16, bits: 16 })],
    ['thumbnail-first.tiff', Promise.resolve(thumbnailFirst(sampleAt))],
    ['canvas.gif', Promise.resolve(makeGif({ canvas, frames: [{ ...place, colour: 0 }] }))],
    [
      'canvas-animated.gif',
      Promise.resolve(makeGif({ canvas, frames: [0, 1, 2].map((colour) => ({ ...place, colour })) })),
    ],
    ['gamma.png', png([{ type: 'gAMA', data: Buffer.from([0, 1, 0x86, 0xa0]) }])],
    ['cicp.png', png([{ type: 'cICP', data: Buffer.from([12, 13, 0, 1]) }], 6)],
    ['restart.jpg', keptFixture('foreign/restart.jpg')],
    ['progressive-restart.jpg', keptFixture('foreign/progressive-restart.jpg')],
    ['arithmetic.jpg', keptFixture('foreign/arithmetic.jpg')],
    ['premultiplied.avif', keptFixture('declared-colour/premultiplied.avif')],
    ['nclx.avif', keptFixture('declared-colour/nclx-p3.avif')],
    ['pq.avif', keptFixture('tone-mapped/pq-10.avif')],
    ['hlg.png', keptFixture('tone-mapped/hlg-rgba-16.png')],
  ];
}

function thumbnailFirst(sampleAt: TiffSpec['sampleAt']): Buffer {
  const page = { samples: 3, sampleAt };
  return makeTiff(
    { ...page, widthPx: 6, heightPx: 5, tags: { 254: [1] } },
    { ...page, widthPx: 24, heightPx: 20 },
  );
}

function keptFixture(path: string): Promise<Buffer> {
  return Promise.resolve(readFileSync(new URL(`../../support/fixtures/${path}`, import.meta.url)));
}
