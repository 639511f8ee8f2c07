import { PermanentError } from '../errors.ts';

/**
 * What libvips, glib and libuv say when memory has run out: that is our fault, not the picture's.
 * libtiff says `Out of memory reading of "StripOffsets"` of a tag that states more values than libvips lets it hold.
 */
const OUT_OF_MEMORY =
  /out of memory(?! reading of)|(unable|failed) to allocate|cannot allocate|insufficient memory/i;

/** Begins like an image and can't be decoded. */
export function corruptImage(detail: string, cause?: unknown): PermanentError {
  return new PermanentError(
    'CORRUPT_IMAGE',
    `Expected a whole image, and ${detail}. The file is damaged or was cut off: upload it again, or export it anew.`,
    { cause },
  );
}

/** Whether an error of libvips tells that memory ran out. */
export function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && OUT_OF_MEMORY.test(error.message);
}
