import type { PermanentError } from '../../errors.ts';
import { decodeFailure } from './corrupt-image.ts';
import { gifOddities, lookAgainAtGif } from './gif-look.ts';
import { jpegOddities, lookAgainAtJpeg } from './jpeg-look.ts';
import type { Look, SecondLook } from './look.ts';
import { pngOddities } from './png-order.ts';
import type { SourceFormat } from './source-format.ts';
import { lookAgainAtTiff } from './tiff-look.ts';

/** By format: how to decode a file that could not be decoded strictly and has all its pixels; undefined for others. */
const SECOND_LOOKS: Partial<
  Record<SourceFormat, (look: Look, failure: PermanentError) => SecondLook | undefined>
> = {
  jpeg: lookAgainAtJpeg,
  tiff: lookAgainAtTiff,
  gif: lookAgainAtGif,
};

/** By format: what is odd about a file that was decoded strictly; throws `CORRUPT_IMAGE` where pixels are missing. */
const LATE_LOOKS: Partial<Record<SourceFormat, (look: Look) => readonly string[]>> = {
  jpeg: jpegOddities,
  png: pngOddities,
  gif: gifOddities,
};

/**
 * Looks at a file that could not be decoded strictly: whether pixels are missing, or the warning is about something
 * else.
 *
 * @throws PermanentError `CORRUPT_IMAGE` where pixels are missing, or `PROCESSING_LIMIT`
 */
export function lookAgain(look: Look, error: unknown): SecondLook {
  const failure = decodeFailure(error, look);
  if (failure.code !== 'CORRUPT_IMAGE') throw failure;
  const second = SECOND_LOOKS[look.inspection.info.format]?.(look, failure);
  if (second === undefined) throw failure;
  return second;
}

/**
 * Looks at a file that was decoded without an error, for what its library does not notice.
 *
 * @returns oddities that cost no pixel
 * @throws PermanentError `CORRUPT_IMAGE` where pixels are missing
 */
export function lateWarnings(look: Look): readonly string[] {
  return LATE_LOOKS[look.inspection.info.format]?.(look) ?? [];
}
