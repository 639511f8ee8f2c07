import type { ImageFilter } from '../images/filter.ts';

/**
 * The gallery that was shown last: an image's neighbours come from it, Escape leads back to it, and what was selected there
 * can be changed from the image.
 */
export const lastGallery: { filter: ImageFilter; address: string; selectedIds: readonly string[] } = {
  filter: {},
  address: '/',
  selectedIds: [],
};
