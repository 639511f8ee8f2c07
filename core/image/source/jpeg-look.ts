import type { PermanentError } from '../../errors.ts';
import type { Deadline } from '../deadline.ts';
import { corruptImage, warningOf } from './corrupt-image.ts';
import { ScanDamage } from './jpeg-bits.ts';
import { firstScanAt, MARKER } from './jpeg-markers.ts';
import { walkJpeg } from './jpeg-walk.ts';
import type { Look, SecondLook } from './look.ts';

/** libjpeg warns of bytes between segments as it does of blocks that are lost: walking through the scans shows which. */
export function lookAgainAtJpeg({ bytes, deadline }: Look, failure: PermanentError): SecondLook | undefined {
  const oddities = walk(bytes, deadline);
  if (oddities === undefined) return undefined;
  return { bytes, failOn: 'none', warnings: oddities.length > 0 ? oddities : [warningOf(failure)] };
}

/**
 * libvips notices no warning about the last rows of a picture, and that is where most damage shows, as a scan ends too
 * early. And libjpeg does not look whether the scan of a sequential picture goes on behind its last row.
 */
export function jpegOddities({ bytes, deadline, hasJpegWarned }: Look): readonly string[] {
  return hasJpegWarned || hasHole(bytes) ? (walk(bytes, deadline) ?? []) : [];
}

/** A hole in a file reads as zeros. In a sound scan, so many stand in a row only where the picture is flat. */
const HOLE = Buffer.alloc(64);
const END = Buffer.from([0xff, MARKER.eoi]);

/** Whether there is a hole between the first scan and the end; it takes 0.06 ms per megabyte to find none. */
function hasHole(bytes: Buffer): boolean {
  return bytes.subarray(firstScanAt(bytes), bytes.lastIndexOf(END)).includes(HOLE);
}

function walk(bytes: Buffer, deadline: Deadline): string[] | undefined {
  try {
    return walkJpeg(bytes, deadline)?.map((oddity) => `Of the JPEG file, ${oddity}.`);
  } catch (error) {
    if (error instanceof ScanDamage) throw corruptImage(`its scan ${error.message}`, error);
    throw error;
  }
}
