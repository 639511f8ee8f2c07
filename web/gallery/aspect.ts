import type { ImageView } from '../../client/types.ts';

/** Of an image whose size is not known: it is waiting, or it is no picture. */
const UNKNOWN = 4 / 3;

/** Width / height of what the gallery shows. */
export function aspectOf(image: ImageView | undefined): number {
  const { widthPx = null, heightPx = null } = image?.source ?? {};
  return widthPx === null || heightPx === null ? UNKNOWN : widthPx / heightPx;
}
