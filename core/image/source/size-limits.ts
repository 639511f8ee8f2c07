import { PermanentError } from '../../errors.ts';
import type { Size } from '../geometry.ts';
import type { ImageLimits } from '../types.ts';

/** @throws PermanentError `IMAGE_TOO_LARGE` when a file has too many bytes */
export function checkBytes(bytes: number, limits: ImageLimits): void {
  if (bytes > limits.maxBytes)
    throw tooLarge(`at most ${megabytes(limits.maxBytes)} MB`, `${megabytes(bytes)} MB`);
}

/** @throws PermanentError `IMAGE_TOO_LARGE` when there are too many pages or frames, or pixels in all of them */
export function checkPixels({ widthPx, heightPx }: Size, pages: number, limits: ImageLimits): void {
  const size = `${widthPx} × ${heightPx} pixels`;
  if (pages > limits.maxPages) throw tooLarge(`at most ${limits.maxPages} pages or frames`, `${pages}`);
  if (widthPx * heightPx * pages > limits.maxPixels) {
    const limit = `at most ${(limits.maxPixels / 1e6).toFixed(1)} megapixels, all pages together`;
    throw tooLarge(limit, pages === 1 ? size : `${pages} pages of ${size}`);
  }
}

/** The most bytes per pixel of a picture that has the most pixels: 16-bit colour and alpha. */
const MAX_BYTES_PER_PIXEL = 8;

/** @throws PermanentError `IMAGE_TOO_LARGE` when the samples of a picture take too many bytes before we pick from them */
export function checkSampleBytes(bytes: number, limits: ImageLimits): void {
  const most = MAX_BYTES_PER_PIXEL * limits.maxPixels;
  if (bytes > most) throw tooLarge(`at most ${megabytes(most)} MB of samples`, `${megabytes(bytes)} MB`);
}

/** Profiles in use have 0.5 kB to 3 MB. */
const MAX_PROFILE_BYTES = 4_000_000;

/** @throws PermanentError `IMAGE_TOO_LARGE` when a colour profile is larger than any in use */
export function checkProfile(profile: Buffer | undefined): void {
  if (profile === undefined || profile.length <= MAX_PROFILE_BYTES) return;
  const expected = `a colour profile of at most ${megabytes(MAX_PROFILE_BYTES)} MB`;
  throw new PermanentError(
    'IMAGE_TOO_LARGE',
    `Expected ${expected}, received one of ${megabytes(profile.length)} MB. Export the image as sRGB, without a profile.`,
  );
}

/** @throws PermanentError `IMAGE_TOO_LARGE` when the work on an image would take more memory than there is */
export function checkMemory(estimateBytes: number, limits: ImageLimits): void {
  if (estimateBytes <= limits.maxMemoryBytes) return;
  throw new PermanentError(
    'IMAGE_TOO_LARGE',
    `Expected work that takes at most ${mebibytes(limits.maxMemoryBytes)} MiB of memory, and this image would take ` +
      `about ${mebibytes(estimateBytes)} MiB. Scale the image down, save it as a baseline JPEG or without interlacing, ` +
      'use a recipe with a smaller size, or raise the limit.',
  );
}

function mebibytes(bytes: number): string {
  return Math.ceil(bytes / 2 ** 20).toLocaleString('en');
}

function tooLarge(expected: string, received: string): PermanentError {
  return new PermanentError(
    'IMAGE_TOO_LARGE',
    `Expected ${expected}, received ${received}. Scale the image down, or raise the limit.`,
  );
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
