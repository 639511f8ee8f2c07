import type { Principal } from '../access.ts';
import { ConflictError } from '../errors.ts';
import { detailsKey } from '../names.ts';
import type { ImageRecord } from '../pipeline/record.ts';
import type { ApiPorts } from '../ports.ts';
import { findImage } from './find-image.ts';

/**
 * An image and its earlier runs, newest first.
 *
 * @throws NotFoundError, ForbiddenError
 */
export async function showImage(
  ports: ApiPorts,
  principal: Principal,
  imageId: string,
): Promise<{ record: ImageRecord; earlierRuns: ImageRecord[] }> {
  const record = await findImage(ports, principal, 'read', imageId);
  return { record, earlierRuns: (await ports.catalog.history(imageId)).toReversed() };
}

/**
 * A link to the details of the current run: EXIF with GPS, and the trace of the encoder's search. For the owner alone.
 *
 * @throws NotFoundError, ForbiddenError; ConflictError where the run has none yet
 */
export async function linkDetails(
  ports: ApiPorts,
  principal: Principal,
  imageId: string,
): Promise<{ url: string; expiresAt: string }> {
  const record = await findImage(ports, principal, 'read-metadata', imageId);
  if (!record.hasDetails) {
    throw new ConflictError(
      `Run ${record.run} is ${record.state}, and has neither EXIF nor an encoder trace.`,
    );
  }
  const { processedBucket } = ports.settings;
  return ports.links.sign({ bucket: processedBucket, key: detailsKey(imageId, record.run) });
}
