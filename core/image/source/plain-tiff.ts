import { endianness } from 'node:os';
import type { TiffEntry } from './tiff-directory.ts';
import { TAG } from './tiff-page.ts';
import { joinTiff } from './tiff-rewrite.ts';
import { longs, shorts } from './tiff-writer.ts';

/** Samples of a picture, interleaved, in the byte order of this machine. */
export type Samples = Uint8Array | Uint16Array;

const IS_LITTLE_ENDIAN = endianness() === 'LE';
const HEADER_BYTES = 8;
/** Kinds of alpha. */
const [PREMULTIPLIED, STRAIGHT] = [1, 2];

/**
 * A TIFF that is not compressed, of one strip: what libvips reads back as the same samples.
 *
 * @param entries what else the directory says: size, colours, profile
 */
export function plainTiff(
  samples: Samples,
  { colour, hasAlpha, heightPx }: { colour: number; hasAlpha: boolean; heightPx: number },
  entries: readonly TiffEntry[],
  littleEndian = IS_LITTLE_ENDIAN,
): Buffer {
  const data = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  const isWide = samples instanceof Uint16Array;
  if (isWide && littleEndian !== IS_LITTLE_ENDIAN) data.swap16();
  return joinTiff(
    Buffer.concat([Buffer.alloc(HEADER_BYTES), data]),
    [
      ...entries,
      shorts(TAG.compression, [1], littleEndian),
      longs(TAG.stripOffsets, [HEADER_BYTES], littleEndian),
      longs(TAG.rowsPerStrip, [heightPx], littleEndian),
      longs(TAG.stripByteCounts, [data.length], littleEndian),
      shorts(TAG.planarConfiguration, [1], littleEndian),
      ...channelTags({ colour, hasAlpha }, isWide ? 16 : 8, littleEndian),
    ],
    littleEndian,
  );
}

/** What a directory says of its samples: colours, and behind them at most alpha. */
export function channelTags(
  {
    colour,
    hasAlpha,
    isPremultiplied = false,
  }: { colour: number; hasAlpha: boolean; isPremultiplied?: boolean },
  bits: number,
  littleEndian: boolean,
): TiffEntry[] {
  const samples = hasAlpha ? colour + 1 : colour;
  const alpha = isPremultiplied ? PREMULTIPLIED : STRAIGHT;
  return [
    shorts(TAG.samplesPerPixel, [samples], littleEndian),
    shorts(TAG.bitsPerSample, Array<number>(samples).fill(bits), littleEndian),
    shorts(TAG.sampleFormat, Array<number>(samples).fill(1), littleEndian),
    ...(hasAlpha ? [shorts(TAG.extraSamples, [alpha], littleEndian)] : []),
  ];
}

/** Undoes what multiplied the colours by alpha, in place. */
export function divideByAlpha(samples: Samples, colour: number): void {
  const most = samples instanceof Uint16Array ? 65_535 : 255;
  for (let at = 0; at < samples.length; at += colour + 1) {
    const alpha = samples[at + colour] ?? most;
    if (alpha === 0) continue;
    for (let index = at; index < at + colour; index += 1) {
      samples[index] = Math.min(most, Math.round(((samples[index] ?? 0) * most) / alpha));
    }
  }
}
