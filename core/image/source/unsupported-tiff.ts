import { canPickChannels, channelsOf, needsPickedChannels } from './tiff-channels.ts';
import { integerAt } from './tiff-directory.ts';
import { COMPRESSION, numberOf, PHOTOMETRIC, readPage, TAG, type TiffPage } from './tiff-page.ts';
import type { Unsupported } from './unsupported-format.ts';

const SAVE_AS_USUAL =
  'Save it as an RGB TIFF of 8 or 16 bits with LZW or Deflate compression, or as PNG, and upload that.';
const DEVELOP = 'Develop it in a raw converter, export it as JPEG or TIFF, and upload that.';

/** The mark of Canon's raw files, behind the header. */
const CR2_MARK = 'CR';

/** What libtiff in this build of sharp decodes: tried one by one, in strips and in tiles. */
const READABLE_COMPRESSIONS = [
  COMPRESSION.none,
  2,
  3,
  4,
  5,
  COMPRESSION.jpeg,
  8,
  32_766,
  32_771,
  32_773,
  32_809,
  32_946,
  COMPRESSION.webp,
];

/** Names of the compressions that libtiff here lacks. @see https://www.awaresystems.be/imaging/tiff/tifftags/compression.html */
const OTHER_COMPRESSIONS: Readonly<Record<number, string>> = {
  [COMPRESSION.oldJpeg]: 'old-style JPEG',
  9: 'JBIG',
  10: 'JBIG',
  32908: 'Pixar',
  32909: 'Pixar Deflate',
  34661: 'JBIG',
  34676: 'SGI LogLuv',
  34677: 'SGI LogLuv',
  33003: 'JPEG 2000',
  33005: 'JPEG 2000',
  34712: 'JPEG 2000',
  34887: 'LERC',
  34892: 'lossy JPEG of DNG',
  34925: 'LZMA',
  34933: 'PNG',
  34934: 'JPEG XR',
  22610: 'JPEG XR',
  50000: 'Zstandard',
  50002: 'JPEG XL',
  52546: 'JPEG XL of DNG',
};

/** Names of the colours that libvips reads not at all, or not as they are meant. */
const OTHER_COLOURS: Readonly<Record<number, string>> = {
  4: 'a transparency mask, not a picture',
  8: 'CIE L*a*b* colours',
  9: 'ICC L*a*b* colours',
  10: 'ITU L*a*b* colours',
  32844: 'LogL samples',
  32845: 'LogLuv samples',
};

/**
 * What a TIFF is that would fail to decode, or come out wrong without an error; undefined for all others. Raw files are
 * TIFFs whose first picture is a preview, which would pass for the photo; libvips takes YCbCr for RGB where it is not
 * packed as JPEG; and a tile that it cannot decode comes out black.
 */
export function describeOddTiff(bytes: Buffer, page: TiffPage | undefined): Unsupported | undefined {
  const isRaw = bytes.toString('latin1', 8, 10) === CR2_MARK || (page && hasSensorData(bytes, page));
  if (isRaw) return { received: "a camera's raw file", advice: DEVELOP };
  if (page === undefined) return undefined;
  const received =
    describePage(page) ?? describeColours(page) ?? describeCompression(page) ?? describeSamples(page);
  return received === undefined ? undefined : { received, advice: SAVE_AS_USUAL };
}

function hasSensorData(bytes: Buffer, page: TiffPage): boolean {
  const isSensorData = ({ photometric }: TiffPage) =>
    photometric === PHOTOMETRIC.cfa || photometric === PHOTOMETRIC.linearRaw;
  if (page.entries.has(TAG.dngVersion)) return true;
  const { header } = page;
  const first = readPage(bytes, header, header.firstOffset) ?? page;
  return subDirectories(bytes, first).some(isSensorData);
}

/** As many as a camera writes: the raw picture and previews of several sizes. */
const MAX_SUB_DIRECTORIES = 8;

function subDirectories(bytes: Buffer, page: TiffPage): TiffPage[] {
  const entry = page.entries.get(TAG.subDirectories);
  const count = Math.min(entry?.count ?? 0, MAX_SUB_DIRECTORIES);
  return Array.from({ length: count }, (_, index) =>
    integerAt(entry, index, page.header.littleEndian),
  ).flatMap((offset) => readPage(bytes, page.header, offset ?? 0) ?? []);
}

function describePage({ isReduced }: TiffPage): string | undefined {
  return isReduced ? 'a TIFF that holds no more than a thumbnail of its picture' : undefined;
}

function describeColours({ photometric, compression }: TiffPage): string | undefined {
  if (photometric === PHOTOMETRIC.cfa || photometric === PHOTOMETRIC.linearRaw) {
    return "a TIFF of a sensor's raw samples (CFA)";
  }
  if (photometric === PHOTOMETRIC.ycbcr) {
    const isReadable = compression === COMPRESSION.jpeg || compression === COMPRESSION.oldJpeg;
    return isReadable ? undefined : 'a TIFF in YCbCr that is not packed as JPEG';
  }
  const name = OTHER_COLOURS[photometric];
  if (name !== undefined) return `a TIFF with ${name}`;
  const isKnown = Object.values<number>(PHOTOMETRIC).includes(photometric);
  return isKnown ? undefined : `a TIFF with colours of an unknown kind (${photometric})`;
}

function describeCompression({ compression }: TiffPage): string | undefined {
  if (READABLE_COMPRESSIONS.includes(compression)) return undefined;
  return `a TIFF compressed with ${OTHER_COMPRESSIONS[compression] ?? `an unknown method (${compression})`}`;
}

const MAX_SAMPLES = 32;
const CMYK_INKS = 1;

function describeSamples(page: TiffPage): string | undefined {
  const { samples, bits, sampleFormats, photometric } = page;
  const [depth = 1] = bits;
  if (sampleFormats.some((format) => format === 2)) return `a TIFF of signed samples`;
  if (sampleFormats.some((format) => format !== 1 && format !== 4)) return 'a TIFF of floating-point samples';
  if (bits.some((other) => other !== depth))
    return `a TIFF whose samples differ in depth (${bits.join(', ')} bits)`;
  const isWhole = depth === 8 || depth === 16;
  const isPacked = samples === 1 && [1, 2, 4].includes(depth);
  if (!isWhole && !isPacked) return `a TIFF of ${depth}-bit samples`;
  if (photometric === PHOTOMETRIC.palette && depth === 16) return 'a TIFF with a palette of 16 bits';
  if (photometric === PHOTOMETRIC.separated && numberOf(page, TAG.inkSet, CMYK_INKS) !== CMYK_INKS) {
    return 'a TIFF with inks other than CMYK';
  }
  return describeChannels(page);
}

function describeChannels(page: TiffPage): string | undefined {
  const { samples } = page;
  const channels = channelsOf(page);
  if (channels === undefined || samples < channels.colour || samples > MAX_SAMPLES) {
    return `a TIFF of ${samples} samples per pixel`;
  }
  const isPickable = !needsPickedChannels(page, channels) || canPickChannels(page);
  return isPickable ? undefined : `a TIFF of ${samples} samples per pixel with this compression`;
}
