import type { PermanentError } from '../../errors.ts';
import { warningOf } from './corrupt-image.ts';
import type { Look, SecondLook } from './look.ts';
import { withPlainDirectory } from './readable-tiff.ts';
import { readTiffPage } from './tiff-page.ts';

/** libtiff warns of odd tags as it does of damage: without those tags, only damage is left to warn of. */
export function lookAgainAtTiff({ readable }: Look, failure: PermanentError): SecondLook | undefined {
  const page = readTiffPage(readable);
  if (page === undefined) return undefined;
  return {
    bytes: withPlainDirectory(readable, page),
    failOn: 'warning',
    warnings: [warningOf(failure)],
  };
}
