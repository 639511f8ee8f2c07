import { sharp } from '../sharp-setup.ts';
import { readAvif } from './avif-boxes.ts';
import { decodeFailure } from './corrupt-image.ts';
import type { HeicRequest } from './heic-decoder.ts';
import type { DecodeJob } from './open-source.ts';
import { divideByAlpha, plainTiff, type Samples } from './plain-tiff.ts';
import { TAG } from './tiff-page.ts';
import { longs, shorts } from './tiff-writer.ts';

const RGB = 3;
const PHOTOMETRIC_RGB = 2;
/** The type of a value that is bytes, whatever they mean. */
const UNDEFINED = 7;

/**
 * The bytes of an AVIF or HEIC that libvips is to decode: the file itself, or a plain TIFF where it would take colours
 * that are multiplied by alpha for others, or colours of another space for sRGB, or where it has no decoder.
 *
 * @throws PermanentError `CORRUPT_IMAGE` or `PROCESSING_LIMIT`
 */
export async function readableAvif(job: DecodeJob): Promise<Buffer> {
  const { bytes, inspection, tools } = job;
  const decodeHeic = inspection.info.format === 'heic' ? tools?.decodeHeic : undefined;
  const isPremultiplied = readAvif(bytes).isPremultiplied && inspection.info.hasAlpha;
  if (!isPremultiplied && !inspection.isProfileStated && decodeHeic === undefined) return bytes;
  const { samples, channels } = await (decodeHeic?.(heicRequest(job)) ?? readSamples(job));
  if (isPremultiplied) divideByAlpha(samples, RGB);
  const { widthPx, heightPx } = inspection.decoded;
  const { icc } = inspection;
  return plainTiff(
    samples,
    { colour: RGB, hasAlpha: channels > RGB, heightPx },
    [
      longs(TAG.width, [widthPx], true),
      longs(TAG.height, [heightPx], true),
      shorts(TAG.photometric, [PHOTOMETRIC_RGB], true),
      ...(icc === undefined ? [] : [{ tag: TAG.iccProfile, type: UNDEFINED, count: icc.length, value: icc }]),
    ],
    true,
  );
}

function heicRequest({ bytes, inspection, deadline }: DecodeJob): HeicRequest {
  const { info, decoded } = inspection;
  return {
    bytes,
    ...decoded,
    hasAlpha: info.hasAlpha,
    isWide: info.colourSpace === 'rgb16',
    timeoutMs: deadline.secondsLeft() * 1000,
  };
}

/** The samples as they are stored, in 8 or 16 bits: no profile is applied. */
async function readSamples({
  bytes,
  inspection,
  deadline,
}: DecodeJob): Promise<{ samples: Samples; channels: number }> {
  const isWide = inspection.info.colourSpace === 'rgb16';
  try {
    const { data, info } = await sharp(bytes, { failOn: 'warning', limitInputPixels: false, ignoreIcc: true })
      .timeout({ seconds: deadline.secondsLeft() })
      .toColourspace(isWide ? 'rgb16' : 'srgb')
      .raw({ depth: isWide ? 'ushort' : 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const samples = isWide ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : data;
    return { samples, channels: info.channels };
  } catch (error) {
    throw decodeFailure(error, { deadline });
  }
}
