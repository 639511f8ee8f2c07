import { PermanentError } from '../../errors.ts';
import { READS_HEIC } from '../sharp-setup.ts';

/** What a file is that we do not read, as a noun phrase, and what to do about it. */
export interface Unsupported {
  received: string;
  advice?: string;
}

const EXPORT_AS_ONE = 'Export it as one of these and upload that.';

/** A file that is sound, and of a kind that this build does not read. */
export function unsupportedFormat({ received, advice = EXPORT_AS_ONE }: Unsupported): PermanentError {
  return new PermanentError(
    'UNSUPPORTED_FORMAT',
    `Expected a JPEG, PNG, WebP, GIF, TIFF${READS_HEIC ? ', AVIF or HEIC' : ' or AVIF'} image, received ${received}. ` +
      advice,
  );
}
