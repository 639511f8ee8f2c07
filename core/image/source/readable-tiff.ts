import { endianness } from 'node:os';
import type { Deadline } from '../deadline.ts';
import { decodeFailure } from './decode-failure.ts';
import { channelsOf, needsPickedChannels, type TiffChannels } from './tiff-channels.ts';
import type { TiffEntry } from './tiff-directory.ts';
import { COMPRESSION, TAG, type TiffPage } from './tiff-page.ts';
import { joinTiff, pickTags, withOnePage } from './tiff-rewrite.ts';
import { readSamples, type Samples } from './tiff-samples.ts';
import { plainBytes, segmentsOf } from './tiff-segments.ts';
import { longs, shorts } from './tiff-writer.ts';

const PREMULTIPLIED_ALPHA = 1;
const ALPHA = 2;
const IS_LITTLE_ENDIAN = endianness() === 'LE';

/** The bytes whose header libvips is to read: of a page whose channels we pick, one that states no others. */
export function readableHeader(bytes: Buffer, page: TiffPage): Buffer {
  const channels = channelsOf(page);
  if (channels === undefined || !needsPickedChannels(page, channels)) return readableAsItIs(bytes, page);
  const { littleEndian } = page.header;
  return withOnePage(bytes, page, [...channelTags(channels, page.bits[0] ?? 8, littleEndian)]);
}

/**
 * The bytes that libvips is to decode: the file itself, or a plain TIFF of the channels that count.
 *
 * @throws PermanentError `CORRUPT_IMAGE` or `PROCESSING_LIMIT`
 */
export async function readableTiff(
  page: TiffPage,
  { bytes, deadline }: { bytes: Buffer; deadline: Deadline },
): Promise<Buffer> {
  const channels = channelsOf(page);
  if (channels === undefined || !needsPickedChannels(page, channels)) return readableAsItIs(bytes, page);
  try {
    const samples = await pickedSamples(bytes, page, channels, deadline.secondsLeft());
    return plainTiff(page, channels, samples);
  } catch (error) {
    throw decodeFailure(error, { deadline });
  }
}

/** The page with nothing in its directory that a library could warn of: no other tags, and as many values as samples. */
export function withPlainDirectory(bytes: Buffer, page: TiffPage): Buffer {
  const channels = channelsOf(page);
  if (channels === undefined) return withOnePage(bytes, page);
  const { bits, header, isPlanar } = page;
  const alphaKind = channels.isPremultiplied ? PREMULTIPLIED_ALPHA : ALPHA;
  return withOnePage(bytes, page, [
    ...channelTags(channels, bits[0] ?? 1, header.littleEndian, alphaKind),
    shorts(TAG.planarConfiguration, [isPlanar ? 2 : 1], header.littleEndian),
    ...plainByteCounts(page),
  ]);
}

/** Of pixels that are not compressed, libtiff warns of counts that differ from what the size says. */
function plainByteCounts(page: TiffPage): TiffEntry[] {
  if (page.compression !== COMPRESSION.none) return [];
  const segments = segmentsOf(page);
  const count = segments.perPlane * (page.isPlanar ? page.samples : 1);
  const byteCounts = Array.from({ length: count }, (_, index) => plainBytes(page, segments, index));
  return [
    longs(segments.isTiled ? TAG.tileByteCounts : TAG.stripByteCounts, byteCounts, page.header.littleEndian),
  ];
}

/** libvips reads the first page, so that a picture behind its thumbnail needs a directory in front. */
function readableAsItIs(bytes: Buffer, page: TiffPage): Buffer {
  return page.offset === page.header.firstOffset ? bytes : withOnePage(bytes, page);
}

async function pickedSamples(
  bytes: Buffer,
  page: TiffPage,
  { colour, alpha, isPremultiplied }: TiffChannels,
  timeoutSeconds: number,
): Promise<Samples> {
  const wanted = Array.from({ length: colour }, (_, index) => index);
  if (alpha === undefined) return readSamples(bytes, page, wanted, timeoutSeconds);
  const samples = await readSamples(bytes, page, [...wanted, alpha], timeoutSeconds);
  if (isPremultiplied) divideByAlpha(samples, colour);
  // Alpha over 16-bit CMYK has no effect in sharp.
  return colour === 4 && samples instanceof Uint16Array ? inEightBits(samples) : samples;
}

function divideByAlpha(samples: Samples, colour: number): void {
  const most = samples instanceof Uint16Array ? 65_535 : 255;
  for (let at = 0; at < samples.length; at += colour + 1) {
    const alpha = samples[at + colour] ?? most;
    if (alpha === 0) continue;
    for (let index = at; index < at + colour; index += 1) {
      samples[index] = Math.min(most, Math.round(((samples[index] ?? 0) * most) / alpha));
    }
  }
}

function inEightBits(samples: Uint16Array): Uint8Array {
  return Uint8Array.from(samples, (value) => Math.round(value / 257));
}

const HEADER_BYTES = 8;

/** Not compressed, one strip, in the byte order of the source, so that its other tags stay as they are. */
function plainTiff(page: TiffPage, channels: TiffChannels, samples: Samples): Buffer {
  const { littleEndian } = page.header;
  const data = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  const isWide = samples instanceof Uint16Array;
  if (isWide && littleEndian !== IS_LITTLE_ENDIAN) data.swap16();
  return joinTiff(
    Buffer.concat([Buffer.alloc(HEADER_BYTES), data]),
    [
      ...pickTags(page, [
        TAG.width,
        TAG.height,
        TAG.photometric,
        TAG.orientation,
        TAG.colourMap,
        TAG.iccProfile,
      ]),
      shorts(TAG.compression, [1], littleEndian),
      longs(TAG.stripOffsets, [HEADER_BYTES], littleEndian),
      longs(TAG.rowsPerStrip, [page.heightPx], littleEndian),
      longs(TAG.stripByteCounts, [data.length], littleEndian),
      ...channelTags(channels, isWide ? 16 : 8, littleEndian),
    ],
    littleEndian,
  );
}

/** What a page says of its samples once only the channels that count are left. */
function channelTags(
  { colour, alpha }: TiffChannels,
  bits: number,
  littleEndian: boolean,
  alphaKind = ALPHA,
): TiffEntry[] {
  const samples = alpha === undefined ? colour : colour + 1;
  return [
    shorts(TAG.samplesPerPixel, [samples], littleEndian),
    shorts(TAG.bitsPerSample, Array<number>(samples).fill(bits), littleEndian),
    shorts(TAG.sampleFormat, Array<number>(samples).fill(1), littleEndian),
    ...(alpha === undefined ? [] : [shorts(TAG.extraSamples, [alphaKind], littleEndian)]),
  ];
}
