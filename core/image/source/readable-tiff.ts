import type { Deadline } from '../deadline.ts';
import { decodeFailure } from './corrupt-image.ts';
import { channelTags, divideByAlpha, plainTiff, type Samples } from './plain-tiff.ts';
import { channelsOf, needsPickedChannels, type TiffChannels } from './tiff-channels.ts';
import type { TiffEntry } from './tiff-directory.ts';
import { COMPRESSION, TAG, type TiffPage } from './tiff-page.ts';
import { pickTags, withOnePage } from './tiff-rewrite.ts';
import { readSamples } from './tiff-samples.ts';
import { plainBytes, segmentsOf } from './tiff-segments.ts';
import { longs, shorts } from './tiff-writer.ts';

/** The bytes whose header libvips is to read: of a page whose channels we pick, one that states no others. */
export function readableHeader(bytes: Buffer, page: TiffPage): Buffer {
  const channels = channelsOf(page);
  if (channels === undefined || !needsPickedChannels(page, channels)) return readableAsItIs(bytes, page);
  const { littleEndian } = page.header;
  return withOnePage(bytes, page, [
    ...channelTags(withAlpha(channels), page.bits[0] ?? 8, littleEndian),
    shorts(TAG.planarConfiguration, [1], littleEndian),
  ]);
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
    // In the byte order of the source, so that its other tags stay as they are.
    return plainTiff(
      samples,
      { ...withAlpha(channels), heightPx: page.heightPx },
      pickTags(page, KEPT_TAGS),
      page.header.littleEndian,
    );
  } catch (error) {
    throw decodeFailure(error, { deadline });
  }
}

/** What a plain TIFF has from the page that its samples are of. */
const KEPT_TAGS = [TAG.width, TAG.height, TAG.photometric, TAG.orientation, TAG.colourMap, TAG.iccProfile];

/** The page with nothing in its directory that a library could warn of: no other tags, and as many values as samples. */
export function withPlainDirectory(bytes: Buffer, page: TiffPage): Buffer {
  const channels = channelsOf(page);
  if (channels === undefined) return withOnePage(bytes, page);
  const { bits, header, isPlanar } = page;
  return withOnePage(bytes, page, [
    ...channelTags({ ...channels, ...withAlpha(channels) }, bits[0] ?? 1, header.littleEndian),
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
  const tag = segments.isTiled ? TAG.tileByteCounts : TAG.stripByteCounts;
  return [longs(tag, byteCounts, page.header.littleEndian)];
}

/** libvips reads the first page, so that a picture behind its thumbnail needs a directory in front. */
function readableAsItIs(bytes: Buffer, page: TiffPage): Buffer {
  return page.offset === page.header.firstOffset ? bytes : withOnePage(bytes, page);
}

function withAlpha({ colour, alpha }: TiffChannels): { colour: number; hasAlpha: boolean } {
  return { colour, hasAlpha: alpha !== undefined };
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

function inEightBits(samples: Uint16Array): Uint8Array {
  return Uint8Array.from(samples, (value) => Math.round(value / 257));
}
