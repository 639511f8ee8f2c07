import type { ProcessedImage } from '../image/types.ts';
import { contentTypeOf, detailsKey, intermediateKey, PROCESSED, type Variant } from '../names.ts';
import type { Ports } from '../ports.ts';
import { missingHeavyParts, outputKey, partsOfRun, type StartedRecord } from './outputs.ts';
import type { Part } from './record.ts';

/** Writes the light parts, the intermediate where a heavy part is missing, and the details. */
export async function writeOutputs(
  ports: Ports,
  record: StartedRecord,
  image: ProcessedImage,
): Promise<void> {
  const { imageId, run } = record;
  const bucket = ports.settings.processedBucket;
  const put = (key: string, body: Buffer, contentType: string) =>
    ports.objects.write({ bucket, key }, body, contentType);
  const writes = partsOfRun(record).flatMap((part) => {
    const made = image.parts[part.variant];
    if (made === undefined) return [];
    return [put(outputKey(record, part, made.format), made.bytes, contentTypeOf(made.format))];
  });
  if (image.intermediate && missingHeavyParts(record).length > 0) {
    writes.push(put(intermediateKey(imageId, run), image.intermediate, 'application/octet-stream'));
  }
  if (image.exif || image.search) {
    const details = JSON.stringify({ version: 1, imageId, run, exif: image.exif, search: image.search });
    writes.push(put(detailsKey(imageId, run), Buffer.from(details), 'application/json'));
  }
  await Promise.all(writes);
}

/** The light parts for the record. The processed picture carries the compute of the image, which they share. */
export function finishedParts(image: ProcessedImage, computeMs: number): Record<Variant, Part> {
  return Object.fromEntries(
    Object.entries(image.parts).map(([variant, { bytes, ...size }]) => [
      variant,
      { ...size, bytes: bytes.length, computeMs: variant === PROCESSED ? computeMs : 0 },
    ]),
  );
}
