import type { Sharp, SharpOptions } from 'sharp';
import type { Deadline } from '../deadline.ts';
import type { Pixels } from '../pixels.ts';
import { sharp } from '../sharp-setup.ts';
import type { ImageTools } from '../types.ts';
import type { HdrSpace } from './colour-space.ts';
import { flatten, type Samples, withOpacity } from './flatten.ts';
import { toneMapped } from './hdr-colour.ts';
import type { Inspection } from './inspect.ts';
import { MOST } from './srgb-levels.ts';
import type { StoredSamples } from './stored-samples.ts';
import { type WideSamples, wideConverter } from './wide-colour.ts';

/** An image that has been looked at, and how it is to be decoded. */
export interface DecodeJob {
  bytes: Buffer;
  /** None by default. */
  tools?: ImageTools;
  inspection: Inspection;
  /** Shows where the image is transparent; `#rrggbb`. */
  background: string;
  deadline: Deadline;
}

/** A sharp pipeline that starts from an image, and how it ends: in 8-bit sRGB over the background. */
export interface OpenSource {
  pipeline: Sharp;
  read(pipeline: Sharp): Promise<Pixels>;
}

/**
 * Opens an image. Colours are converted first, and alpha is applied last: the other way round, 16-bit RGBA in a wide
 * space came out 74 levels off.
 */
export function openSource(
  { bytes, inspection, background, deadline }: DecodeJob,
  options: Pick<SharpOptions, 'page' | 'pages' | 'failOn'>,
): OpenSource {
  const { info, profile, icc, hdr } = inspection;
  const space = info.colourSpace;
  const isWide = profile === 'other' && (space === 'rgb16' || space === 'grey16');
  const convert = isWide && icc !== undefined ? wideConverter(icc, space) : undefined;
  const pipeline = sharp(bytes, {
    ...options,
    limitInputPixels: info.widthPx * info.heightPx * info.pages,
    ignoreIcc: profile !== 'other' || convert !== undefined || hdr !== undefined,
  }).timeout({ seconds: deadline.secondsLeft() });
  if (hdr !== undefined) return { pipeline, read: (ended) => readHdr(ended, hdr, inspection, background) };
  if (isWide && convert !== undefined) {
    const read = async (ended: Sharp) => {
      const samples = await readWide(ended, space);
      return withOpacity(convert(samples, background), samples, MOST);
    };
    return { pipeline, read };
  }
  // sharp converts 16-bit colour to Display P3, and then takes those numbers for sRGB unless it is told.
  if (isWide && space === 'rgb16') pipeline.withIccProfile('srgb');
  // It leaves out the profile of 16-bit grey; of 8-bit grey it does not.
  if (isWide && space === 'grey16') pipeline.pipelineColourspace('b-w');
  const isDeep = space === 'rgb16' || space === 'grey16';
  const rounds = isDeep && profile !== 'other' && inspection.samples.bytesPerSample === 2;
  const read = async (ended: Sharp) =>
    flatten(await readSrgb(rounds ? rounded(ended, inspection.samples) : ended), background);
  return { pipeline, read };
}

/**
 * Prepares 16-bit samples and their opacity for libvips, which keeps the upper 8 bits: a level too dark or too bright at
 * every third value. This way, the upper 8 bits are the nearest level.
 *
 * @see https://www.w3.org/TR/png-3/#13Sample-depth-rescaling
 */
function rounded(pipeline: Sharp, { channels, bits }: StoredSamples): Sharp {
  const largest = (2 ** bits - 1) * 2 ** (16 - bits);
  const scale = (256 * 255) / largest;
  return pipeline.linear(Array<number>(channels).fill(scale), Array<number>(channels).fill(128));
}

/** Samples of fewer than 16 bits are the upper bits of 16; those of a HEIC fill them. */
async function readHdr(
  pipeline: Sharp,
  hdr: HdrSpace,
  { info, samples }: Inspection,
  background: string,
): Promise<Pixels> {
  const isDeep = info.colourSpace === 'rgb16' || info.colourSpace === 'grey16';
  const bits = isDeep && info.format !== 'heic' ? samples.bits : 16;
  const most = isDeep ? (2 ** bits - 1) * 2 ** (16 - bits) : 255;
  const read = isDeep ? await readWide(pipeline, 'rgb16') : await readSrgb(pipeline);
  return withOpacity(toneMapped(read, most, hdr, background), read, most);
}

async function readSrgb(pipeline: Sharp): Promise<Samples & { data: Uint8Array }> {
  const { data, info } = await pipeline
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { data, channels: info.channels, widthPx: info.width, heightPx: info.height };
}

async function readWide(pipeline: Sharp, space: 'rgb16' | 'grey16'): Promise<WideSamples> {
  const { data, info } = await pipeline
    .toColourspace(space)
    .raw({ depth: 'ushort' })
    .toBuffer({ resolveWithObject: true });
  const wide = new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
  return { data: wide, channels: info.channels, widthPx: info.width, heightPx: info.height };
}
