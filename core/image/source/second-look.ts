import type { PermanentError } from '../../errors.ts';
import { reasonOf } from './decode-failure.ts';
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
export function lookAgain({ bytes, inspection }: DecodeJob, failure: PermanentError): SecondLook {
  if (failure.code !== 'CORRUPT_IMAGE') throw failure;
  const look = inspection.info.format === 'tiff' ? lookAgainAtTiff(bytes, failure) : undefined;
  if (look === undefined) throw failure;
  return look;
}

/** libtiff warns of odd tags as it does of damage: without those tags, only damage is left to warn of. */
function lookAgainAtTiff(bytes: Buffer, failure: PermanentError): SecondLook | undefined {
  const page = readTiffPage(bytes);
  if (page === undefined) return undefined;
  const warning = failure.cause instanceof Error ? reasonOf(failure.cause) : failure.message;
  return {
    bytes: withPlainDirectory(bytes, page),
    failOn: 'warning',
    warnings: [`The TIFF library warned: ${warning}`],
  };
}
