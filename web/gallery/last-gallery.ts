import type { ImageFilter } from '../images/filter.ts';

/** The gallery that was shown last: an image's neighbours come from it, and Escape leads back to it. */
export const lastGallery: { filter: ImageFilter; address: string } = { filter: {}, address: '/' };
