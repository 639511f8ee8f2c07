import type { Principal } from '../access.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import { thumbKey, viewKey } from '../names.ts';
import { outputsOf } from '../pipeline/outputs.ts';
import type { ImageRecord } from '../pipeline/record.ts';
import type { ApiPorts, LinkOptions, ObjectRef } from '../ports.ts';
import { findImage } from './find-image.ts';

/** Which file of which image. */
export interface LinkRequest {
  imageId: string;
  /** A variant of an output, `original`, `thumb` or `view`. */
  variant: string;
  /** Whether browsers store the file instead of showing it. An original is always stored. */
  download?: boolean | undefined;
}

export interface SignedLink {
  url: string;
  expiresAt: string;
}

/**
 * A link to one file of an image.
 *
 * @throws NotFoundError, ForbiddenError; ConflictError where the file is not there yet
 */
export async function signLink(
  ports: ApiPorts,
  principal: Principal,
  { imageId, variant, download = false }: LinkRequest,
): Promise<SignedLink> {
  const found = await findImage(ports, principal, 'read', imageId);
  const record = variant === 'view' && !found.view ? await ports.pixels.makeView(found) : found;
  const { ref, options } = fileOf(ports, record, variant, download);
  return ports.links.sign(ref, options);
}

function fileOf(
  { settings: { processedBucket } }: ApiPorts,
  record: ImageRecord,
  variant: string,
  download: boolean,
): { ref: ObjectRef; options: LinkOptions } {
  const { imageId, run, source, fileName } = record;
  const outputs = (key: string) => ({ bucket: processedBucket, key });
  if (variant === 'original') {
    // Stored, never shown: it may be a page with a script that only looks like a picture.
    return { ref: source, options: { downloadName: fileName } };
  }
  if (variant === 'thumb' && record.thumb) return { ref: outputs(thumbKey(imageId, run)), options: {} };
  if (variant === 'view' && record.view) return { ref: outputs(viewKey(imageId, run)), options: {} };
  const output = outputsOf(record).find((each) => each.variant === variant);
  if (output === undefined) {
    if ([...(record.expected ?? []), 'thumb', 'view'].includes(variant)) throw notYet(record, variant);
    const known = [...(record.expected ?? []), 'original', 'thumb', 'view'];
    throw new NotFoundError(`There is no variant ${variant} of this image; there are ${known.join(', ')}.`);
  }
  const options = download ? { downloadName: nameOf(fileName, output) } : {};
  return { ref: outputs(output.key), options };
}

/** `beach.tif` becomes `beach_90.jpg`. */
function nameOf(fileName: string, { variant, key }: { variant: string; key: string }): string {
  const stem = fileName.replace(/(?<=.)\.[^.]*$/, '');
  return `${stem}_${variant}.${key.slice(key.lastIndexOf('.') + 1)}`;
}

function notYet({ state }: ImageRecord, variant: string): ConflictError {
  return new ConflictError(`The variant ${variant} is not there: the image is ${state}.`);
}
