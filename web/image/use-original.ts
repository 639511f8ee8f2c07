import type { ImageView } from '../../client/types.ts';
import { useLink } from '../links/use-link.ts';

/** What browsers show. Everything else is seen by its `view`. */
const SHOWABLE = new Set(['jpeg', 'png', 'webp', 'gif', 'avif']);
const VIEW_PX = 1600;
/** A larger file is not fetched to be looked at. */
const MAX_BYTES = 60_000_000;

/**
 * The picture that stands for the original: the view, or, where it is enlarged beyond the view's pixels, the file
 * itself.
 *
 * @param shownPx how wide the whole original is on the screen, in device pixels
 */
export function useOriginal({ imageId, run, source, state }: ImageView, shownPx: number) {
  const { widthPx, heightPx, format, bytes } = source;
  const longest = Math.max(widthPx ?? 0, heightPx ?? 0);
  const canShow = format !== null && SHOWABLE.has(format) && bytes <= MAX_BYTES;
  const isSmall = longest <= VIEW_PX;
  const needsAll = canShow && (isSmall || shownPx > VIEW_PX);
  const isThere = state === 'COMPLETE' || state === 'FANNED_OUT';
  const view = useLink(imageId, isThere && !(canShow && isSmall) ? 'view' : undefined, run);
  const whole = useLink(imageId, isThere && needsAll ? 'original' : undefined, run);
  const { url, code } = whole.url === undefined ? view : whole;
  return {
    url,
    code,
    renew: needsAll ? whole.renew : view.renew,
    isView: whole.url === undefined && !(canShow && isSmall),
  };
}
