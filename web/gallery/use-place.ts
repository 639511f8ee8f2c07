import { type RefObject, useLayoutEffect, useRef } from 'react';

/** Where each gallery was left, and on which image, by its address. */
const places = new Map<string, { offsetPx: number; imageId: string | undefined }>();

/** Where the gallery of this address was left: the way back leads to the same place. */
export function placeOf(address: string): { offsetPx: number; imageId: string | undefined } {
  return places.get(address) ?? { offsetPx: 0, imageId: undefined };
}

/** Goes to where the gallery was left, as soon as it has rows, and remembers where it is left next. */
export function usePlace(
  place: string,
  scroller: RefObject<HTMLElement | null>,
  imageId: string | undefined,
  hasRows: boolean,
): void {
  const current = useRef(imageId);
  current.current = imageId;
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null || !hasRows) return undefined;
    element.scrollTop = placeOf(place).offsetPx;
    const keep = () => places.set(place, { offsetPx: element.scrollTop, imageId: current.current });
    element.addEventListener('scroll', keep, { passive: true });
    return () => {
      element.removeEventListener('scroll', keep);
      keep();
    };
  }, [place, scroller, hasRows]);
}
