import type { Principal } from '../access.ts';
import type { ApiPorts, Trial, TriedPicture } from '../ports.ts';
import { findImage } from './find-image.ts';

/**
 * What a recipe would make of an image. Nothing of it is stored.
 *
 * @throws NotFoundError, ForbiddenError; ConflictError where the source is gone; UnprocessableImageError where the recipe
 *   can't be applied
 */
export async function previewImage(
  ports: ApiPorts,
  principal: Principal,
  imageId: string,
  trial: Trial,
): Promise<TriedPicture> {
  return ports.pixels.tryRecipe(await findImage(ports, principal, 'read', imageId), trial);
}
