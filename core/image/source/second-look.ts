import type { PermanentError } from '../../errors.ts';
import type { Deadline } from '../deadline.ts';
import { corruptImage } from './corrupt-image.ts';
import { reasonOf } from './decode-failure.ts';
import { ScanDamage } from './jpeg-bits.ts';
import { firstScanAt, MARKER } from './jpeg-markers.ts';
import { walkJpeg } from './jpeg-walk.ts';
import type { DecodeJob } from './open-source.ts';
import { withPlainDirectory } from './readable-tiff.ts';
import { readTiffPage } from './tiff-page.ts';

/** How to decode a file that its library warned of, and what the warning was. */
export interface SecondLook {
  bytes: Buffer;
  failOn: 'none' | 'warning';
  warnings: readonly string[];
}

/**
 * Looks at a file that could not be decoded strictly: whether pixels are missing, or the warning is about something
 * else.
 *
 * @param failure what was wrong at the first look
 * @throws PermanentError the failure, where pixels are missing
 */
export function lookAgain({ bytes, inspection, deadline }: DecodeJob, failure: PermanentError): SecondLook {
  if (failure.code !== 'CORRUPT_IMAGE') throw failure;
  const { format } = inspection.info;
  const look =
    format === 'tiff'
      ? lookAgainAtTiff(bytes, failure)
      : format === 'jpeg'
        ? lookAgainAtJpeg(bytes, failure, deadline)
        : undefined;
  if (look === undefined) throw failure;
  return look;
}

/** A hole in a file reads as zeros. In a sound scan, so many stand in a row only where the picture is flat. */
const HOLE = Buffer.alloc(64);
const END = Buffer.from([0xff, MARKER.eoi]);

/** Whether there is a hole between the first scan and the end; it takes 0.06 ms per megabyte to find none. */
function hasHole(bytes: Buffer): boolean {
  return bytes.subarray(firstScanAt(bytes), bytes.lastIndexOf(END)).includes(HOLE);
}

/**
 * Looks again at a file that was decoded without an error, where there is reason to: libvips notices no warning about
 * the last rows of a picture, and that is where most damage shows, as a scan ends too early; and libjpeg does not look
 * whether the scan of a sequential picture goes on behind its last row.
 *
 * @param hasWarned whether libjpeg has warned meanwhile, of this file or another
 * @throws PermanentError `CORRUPT_IMAGE` where pixels are missing
 */
export function lateWarnings(
  { bytes, inspection, deadline }: DecodeJob,
  hasWarned: boolean,
): readonly string[] {
  if (inspection.info.format !== 'jpeg' || !(hasWarned || hasHole(bytes))) return [];
  return walk(bytes, deadline) ?? [];
}

/** libjpeg warns of bytes between segments as it does of blocks that are lost: walking through the scans tells which. */
function lookAgainAtJpeg(bytes: Buffer, failure: PermanentError, deadline: Deadline): SecondLook | undefined {
  const oddities = walk(bytes, deadline);
  if (oddities === undefined) return undefined;
  return { bytes, failOn: 'none', warnings: oddities.length > 0 ? oddities : [warningOf(failure)] };
}

function walk(bytes: Buffer, deadline: Deadline): string[] | undefined {
  try {
    return walkJpeg(bytes, deadline)?.map((oddity) => `Of the JPEG file, ${oddity}.`);
  } catch (error) {
    if (error instanceof ScanDamage) throw corruptImage(`its scan ${error.message}`, error);
    throw error;
  }
}

function warningOf(failure: PermanentError): string {
  const warning = failure.cause instanceof Error ? reasonOf(failure.cause) : failure.message;
  return `The decoder warned: ${warning}.`;
}

/** libtiff warns of odd tags as it does of damage: without those tags, only damage is left to warn of. */
function lookAgainAtTiff(bytes: Buffer, failure: PermanentError): SecondLook | undefined {
  const page = readTiffPage(bytes);
  if (page === undefined) return undefined;
  return {
    bytes: withPlainDirectory(bytes, page),
    failOn: 'warning',
    warnings: [warningOf(failure)],
  };
}
