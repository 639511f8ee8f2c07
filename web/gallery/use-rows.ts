import { type RefObject, useLayoutEffect, useMemo, useState } from 'react';
import { useSession } from '../app/session.ts';
import type { ImageList } from '../images/image-list.ts';
import { aspectOf } from './aspect.ts';
import { layoutRows, type Row } from './rows.ts';

/** Between pictures, in both directions. */
export const GAP_PX = 4;

/** The rows of a list. The size of a picture is known from its record, so nothing moves while it loads. */
export function useRows(list: ImageList, scroller: RefObject<HTMLElement | null>, heightPx: number): Row[] {
  const { images } = useSession();
  const { ids } = list;
  const widthPx = useWidth(scroller);
  return useMemo(() => {
    if (widthPx === 0) return [];
    const aspects = ids.map((imageId) => aspectOf(images.get(imageId)));
    return layoutRows(aspects, { widthPx, heightPx, gapPx: GAP_PX });
  }, [ids, images, widthPx, heightPx]);
}

/** Of the content, without padding and scroll bar. */
function useWidth(element: RefObject<HTMLElement | null>): number {
  const [widthPx, setWidth] = useState(0);
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null) return undefined;
    const measure = () => {
      const { paddingLeft, paddingRight } = getComputedStyle(current);
      setWidth(
        Math.floor(current.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight)),
      );
    };
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    measure();
    return () => observer.disconnect();
  }, [element]);
  return widthPx;
}
