import { setTimeout } from 'node:timers/promises';
import type { ProcessedImage } from '../image/types.ts';
import {
  contentTypeOf,
  cutUtf8,
  detailsKey,
  intermediateKey,
  LABELS,
  labelInputKey,
  PROCESSED,
  thumbKey,
  type Variant,
} from '../names.ts';
import type { Ports } from '../ports.ts';
import {
  missingHeavyParts,
  originMetadata,
  outputKey,
  picturesOfRun,
  type StartedRecord,
} from './outputs.ts';
import type { ImageRecord, MadePicture } from './record.ts';
import type { RunInfo } from './transitions.ts';

/** Writes the light parts, what the missing heavy parts are made from, and the details. */
export async function writeOutputs(
  ports: Ports,
  record: StartedRecord,
  image: ProcessedImage,
): Promise<void> {
  const { imageId, run } = record;
  const bucket = ports.settings.processedBucket;
  const origin = originMetadata(record);
  const put = (key: string, body: Buffer, contentType: string) =>
    ports.objects.write({ bucket, key }, body, contentType, origin);
  const writes = picturesOfRun(record).flatMap((part) => {
    const made = image.parts[part.variant];
    // Stryker disable next-line ArrayDeclaration: to wait for a string takes no time.
    if (made === undefined) return [];
    return [put(outputKey(record, part, made.format), made.bytes, contentTypeOf(made.format))];
  });
  const missing = missingHeavyParts(record);
  if (image.intermediate && missing.some(({ variant }) => variant !== LABELS)) {
    writes.push(put(intermediateKey(imageId, run), image.intermediate, 'application/octet-stream'));
  }
  if (image.labelInput && missing.some(({ variant }) => variant === LABELS)) {
    writes.push(put(labelInputKey(imageId, run), Buffer.from(image.labelInput), 'application/octet-stream'));
  }
  if (image.exif || image.search) {
    const details = JSON.stringify({ version: 1, imageId, run, exif: image.exif, search: image.search });
    writes.push(put(detailsKey(imageId, run), Buffer.from(details), 'application/json'));
  }
  await Promise.all(writes);
}

/**
 * How long the outputs wait for a preview that is slower than they are. Both are written at the same time, and a preview is
 * smaller than most, so few wait at all.
 */
const PREVIEW_WAIT_MS = 2_000;

/** Begins to write the thumbnail. Nothing depends on it: an error, or a store that hangs, leaves the image without. */
export function startPreview(ports: Ports, record: StartedRecord, { thumbnail }: ProcessedImage) {
  const place = { bucket: ports.settings.processedBucket, key: thumbKey(record.imageId, record.run) };
  const { bytes, widthPx, heightPx } = thumbnail;
  const written = ports.objects.write(place, bytes, 'image/webp', originMetadata(record)).then(
    () => ({ widthPx, heightPx, bytes: bytes.length }),
    () => undefined,
  );
  return {
    /** What the record holds of it, once the outputs are written. */
    async end(): Promise<Pick<ImageRecord, 'thumb'>> {
      const thumb = await within(PREVIEW_WAIT_MS, written);
      return thumb === undefined ? {} : { thumb };
    },
  };
}

/** The value, or undefined where it takes longer. Its timer keeps no process alive. */
function within<T>(timeoutMs: number, value: Promise<T>): Promise<T | undefined> {
  return Promise.race([value, setTimeout(timeoutMs, undefined, { ref: false })]);
}

/** The light parts for the record. The processed picture carries the compute of the image, which they share. */
export function finishedParts(image: ProcessedImage, computeMs: number): Record<Variant, MadePicture> {
  return Object.fromEntries(
    Object.entries(image.parts).map(([variant, { bytes, ...size }]) => [
      variant,
      { ...size, bytes: bytes.length, computeMs: variant === PROCESSED ? computeMs : 0 },
    ]),
  );
}

/** What the record holds of an image beside its parts. */
export function infoOf(image: ProcessedImage): RunInfo {
  const { imageInfo, warnings, quality, search, timingsMs, capturedAt, thumbnail } = image;
  return {
    imageInfo,
    ...((image.exif || search) && { hasDetails: true }),
    thumbhash: thumbnail.hash,
    ...(capturedAt !== null && { capturedAt }),
    ...(warnings.length > 0 && { warnings: shortened(warnings) }),
    quality,
    ...(search && { encoding: { ...search.chosen, targetMet: search.targetMet } }),
    timingsMs,
  };
}

/** The record has to stay under 2 KB, and a damaged file may have a warning for every block. */
const MAX_WARNINGS = 3;
const MAX_WARNING_BYTES = 200;

function shortened(warnings: readonly string[]): string[] {
  return warnings.slice(0, MAX_WARNINGS).map((warning) => cutUtf8(warning, MAX_WARNING_BYTES));
}
