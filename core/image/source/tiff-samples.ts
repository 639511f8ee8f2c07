import { sharp } from '../sharp-setup.ts';
import type { Samples } from './plain-tiff.ts';
import { integerAt, type TiffEntry } from './tiff-directory.ts';
import { numberOf, TAG, type TiffPage } from './tiff-page.ts';
import { withOnePage } from './tiff-rewrite.ts';
import { segmentsOf } from './tiff-segments.ts';
import { longs, shorts } from './tiff-writer.ts';

const BLACK_IS_ZERO = 1;
const NO_PREDICTOR = 1;
const HORIZONTAL = 2;

/**
 * The samples of a page at the places in `wanted`, as they are stored: no colour is converted. libvips reads the page
 * as a grey one, which it takes as it is: each plane alone, or all samples of a row one after the other.
 */
export async function readSamples(
  bytes: Buffer,
  page: TiffPage,
  wanted: readonly number[],
  timeoutSeconds: number,
): Promise<Samples> {
  const pixels = page.widthPx * page.heightPx;
  const picked = emptySamples(page, pixels * wanted.length);
  if (page.isPlanar) {
    for (const [place, sample] of wanted.entries()) {
      const plane = await readGrey(onePlane(bytes, page, sample), page, timeoutSeconds);
      for (let pixel = 0; pixel < pixels; pixel += 1) {
        picked[pixel * wanted.length + place] = plane[pixel] ?? 0;
      }
    }
    return picked;
  }
  const all = await readGrey(oneRowOfSamples(bytes, page), page, timeoutSeconds);
  if (numberOf(page, TAG.predictor, NO_PREDICTOR) === HORIZONTAL) undoPredictor(all, page);
  for (let pixel = 0; pixel < pixels; pixel += 1) {
    for (const [place, sample] of wanted.entries()) {
      picked[pixel * wanted.length + place] = all[pixel * page.samples + sample] ?? 0;
    }
  }
  return picked;
}

/** A page of the one plane. */
function onePlane(bytes: Buffer, page: TiffPage, plane: number): Buffer {
  const { perPlane, isTiled, offsets, byteCounts } = segmentsOf(page);
  const { littleEndian } = page.header;
  const ofPlane = (entry: TiffEntry | undefined) =>
    Array.from(
      { length: perPlane },
      (_, index) => integerAt(entry, plane * perPlane + index, littleEndian) ?? 0,
    );
  return withOnePage(bytes, page, [
    ...greyTags(page),
    longs(isTiled ? TAG.tileOffsets : TAG.stripOffsets, ofPlane(offsets), littleEndian),
    longs(isTiled ? TAG.tileByteCounts : TAG.stripByteCounts, ofPlane(byteCounts), littleEndian),
  ]);
}

/** A page whose pixels are the samples of the other's, as many times wider. */
function oneRowOfSamples(bytes: Buffer, page: TiffPage): Buffer {
  const { littleEndian } = page.header;
  const { isTiled, widthPx } = segmentsOf(page);
  return withOnePage(bytes, page, [
    ...greyTags(page),
    longs(TAG.width, [page.widthPx * page.samples], littleEndian),
    ...(isTiled ? [longs(TAG.tileWidth, [widthPx * page.samples], littleEndian)] : []),
    shorts(TAG.predictor, [NO_PREDICTOR], littleEndian),
  ]);
}

function greyTags({ header: { littleEndian }, bits }: TiffPage): TiffEntry[] {
  return [
    shorts(TAG.photometric, [BLACK_IS_ZERO], littleEndian),
    shorts(TAG.samplesPerPixel, [1], littleEndian),
    shorts(TAG.bitsPerSample, [bits[0] ?? 8], littleEndian),
    shorts(TAG.sampleFormat, [1], littleEndian),
    shorts(TAG.planarConfiguration, [1], littleEndian),
    shorts(TAG.orientation, [1], littleEndian),
  ];
}

async function readGrey(tiff: Buffer, page: TiffPage, timeoutSeconds: number): Promise<Samples> {
  const isWide = page.bits[0] === 16;
  const { data } = await sharp(tiff, { failOn: 'warning', limitInputPixels: false, ignoreIcc: true })
    .timeout({ seconds: timeoutSeconds })
    .toColourspace(isWide ? 'grey16' : 'b-w')
    .raw({ depth: isWide ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return isWide ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : data;
}

/** Each sample was stored as its difference from the same sample of the pixel to the left, from segment to segment anew. */
function undoPredictor(all: Samples, page: TiffPage): void {
  const segmentPx = segmentsOf(page).widthPx;
  const rowSamples = page.widthPx * page.samples;
  for (let row = 0; row < page.heightPx; row += 1) {
    for (let x = 1; x < page.widthPx; x += 1) {
      if (x % segmentPx === 0) continue;
      const at = row * rowSamples + x * page.samples;
      for (let index = at; index < at + page.samples; index += 1) {
        // The array wraps at its own width, as the predictor does.
        all[index] = (all[index] ?? 0) + (all[index - page.samples] ?? 0);
      }
    }
  }
}

function emptySamples({ bits }: TiffPage, length: number): Samples {
  return bits[0] === 16 ? new Uint16Array(length) : new Uint8Array(length);
}
