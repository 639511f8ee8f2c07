import { type ImageAction, type Principal, requireImage } from '../access.ts';
import { NotFoundError } from '../errors.ts';
import type { ImageRecord } from '../pipeline/record.ts';
import type { ApiPorts } from '../ports.ts';
import { inBatches } from './in-batches.ts';

/** Records that are read at once. */
const AT_ONCE = 25;

/**
 * The record of an image that the principal may treat so.
 *
 * @throws NotFoundError where there is none that the principal may know of; ForbiddenError
 */
export async function findImage(
  { catalog }: Pick<ApiPorts, 'catalog'>,
  principal: Principal,
  action: ImageAction,
  imageId: string,
): Promise<ImageRecord> {
  return requireImage(principal, action, imageId, await catalog.get(imageId));
}

/**
 * The records of images that the principal may all read, in the order of the ids.
 *
 * @param fieldOf the input that names the id at an index
 * @throws NotFoundError with that field, for the first image that the principal may not know of; ForbiddenError
 */
export async function findImages(
  ports: Pick<ApiPorts, 'catalog'>,
  principal: Principal,
  imageIds: readonly string[],
  fieldOf: (index: number) => string,
): Promise<ImageRecord[]> {
  return inBatches([...imageIds.entries()], AT_ONCE, async ([index, imageId]) => {
    try {
      return await findImage(ports, principal, 'read', imageId);
    } catch (error) {
      if (error instanceof NotFoundError) throw new NotFoundError(error.message, fieldOf(index));
      throw error;
    }
  });
}
