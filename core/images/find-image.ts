import { type ImageAction, type Principal, requireImage } from '../access.ts';
import type { ImageRecord } from '../pipeline/record.ts';
import type { ApiPorts } from '../ports.ts';

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
