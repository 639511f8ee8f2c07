import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type MouseEvent, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { useSession } from '../app/session.ts';
import type { ImageList } from '../images/image-list.ts';
import { TEXTS } from '../texts.ts';
import { aspectOf } from './aspect.ts';
import { neighbourOf } from './neighbour.ts';
import { layoutRows, type Row } from './rows.ts';
import type { Selection } from './selection.ts';
import { Tile } from './tile.tsx';

const GAP_PX = 4;
/** Below each picture: its name and state. */
const CAPTION_PX = 24;

/** Where each gallery was left, and on which image: the way back leads to the same place. */
const places = new Map<string, { offsetPx: number; imageId: string | undefined }>();

interface GalleryRowsProps {
  list: ImageList;
  /** Of the address. */
  place: string;
  heightPx: number;
  selection: Selection;
  onSelect(imageId: string, isRange: boolean): void;
}

/** The images in rows. Only what is near the visible part is in the document. */
export function GalleryRows({ list, place, heightPx, selection, onSelect }: GalleryRowsProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [, navigate] = useLocation();
  const widthPx = useWidth(scroller);
  const rows = useRows(list, widthPx, heightPx);
  const [current, setCurrent] = useState(() => places.get(place)?.imageId);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (rows[index]?.heightPx ?? heightPx) + CAPTION_PX + GAP_PX,
    overscan: 2,
    initialOffset: () => places.get(place)?.offsetPx ?? 0,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: other rows have other heights
  useLayoutEffect(() => virtual.measure(), [virtual, rows]);
  usePlace(place, scroller, current, rows.length > 0);
  const focused = current !== undefined && list.ids.includes(current) ? current : list.ids[0];

  const moveBy = (event: KeyboardEvent) => {
    const next = focused && neighbourOf(event.key, rows, list.ids.indexOf(focused));
    const imageId = typeof next === 'number' ? list.ids[next] : undefined;
    if (event.key === 'x' || event.key === ' ') {
      if (!focused || !(event.target as HTMLElement).matches('.picture')) return;
      event.preventDefault();
      onSelect(focused, event.shiftKey);
    }
    if (imageId === undefined || !(event.target as HTMLElement).matches('.picture')) return;
    event.preventDefault();
    setCurrent(imageId);
    virtual.scrollToIndex(rows.findIndex(({ end }) => end > (next as number)));
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-id="${imageId}"]`)?.focus(),
    );
  };
  const open = (event: MouseEvent) => {
    const imageId = imageOf(event.target);
    if (imageId === undefined) return;
    event.preventDefault();
    if (event.shiftKey || event.ctrlKey || event.metaKey) onSelect(imageId, event.shiftKey);
    else navigate(`/images/${imageId}`);
  };
  const items = virtual.getVirtualItems();
  return (
    <div className="gallery-body">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the links in it have the focus; it only moves it */}
      <div
        className="scroller"
        ref={scroller}
        onKeyDown={moveBy}
        onFocus={({ target }) => setCurrent((now) => imageOf(target) ?? now)}
        onClick={open}
        data-selecting={selection.ids.size > 0 || undefined}
      >
        <div className="rows" style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, start, size }) => {
            const row = rows[index];
            return (
              row && (
                <div
                  key={list.ids[row.start]}
                  className="tile-row"
                  style={{ transform: `translateY(${start}px)`, height: size - GAP_PX }}
                >
                  {list.ids.slice(row.start, row.end).map((imageId, column) => (
                    <Tile
                      key={imageId}
                      imageId={imageId}
                      widthPx={row.widthsPx[column] ?? 0}
                      isSelected={selection.ids.has(imageId)}
                      isCurrent={imageId === focused}
                      onSelect={onSelect}
                    />
                  ))}
                </div>
              )
            );
          })}
        </div>
      </div>
      <Position list={list} rows={rows} first={items[0]?.index} last={items.at(-1)?.index} />
    </div>
  );
}

/** The image whose picture was clicked, or has the focus. */
function imageOf(target: EventTarget): string | undefined {
  return (target as HTMLElement).closest<HTMLElement>('.picture')?.dataset.id;
}

function Position(props: {
  list: ImageList;
  rows: readonly Row[];
  first: number | undefined;
  last: number | undefined;
}) {
  const { list, rows, first = 0, last = 0 } = props;
  const [start, end] = [rows[first]?.start, rows[last]?.end];
  if (start === undefined || end === undefined || rows.length < 4) return null;
  const { count = list.ids.length, isExact = false } = list.total ?? {};
  const total = `${count.toLocaleString()}${isExact ? '' : '+'}`;
  return <p className="position">{TEXTS.gallery.position(start + 1, end, total)}</p>;
}

/** The layout follows the list. The size of a picture is known from its record, so nothing moves while it loads. */
function useRows(list: ImageList, widthPx: number, heightPx: number): Row[] {
  const { images } = useSession();
  const { ids } = list;
  return useMemo(() => {
    if (widthPx === 0) return [];
    const aspects = ids.map((imageId) => aspectOf(images.get(imageId)));
    return layoutRows(aspects, { widthPx, heightPx, gapPx: GAP_PX });
  }, [ids, images, widthPx, heightPx]);
}

function useWidth(element: { current: HTMLElement | null }): number {
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

function usePlace(
  place: string,
  scroller: { current: HTMLElement | null },
  imageId: string | undefined,
  hasRows: boolean,
): void {
  const current = useRef(imageId);
  current.current = imageId;
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null || !hasRows) return undefined;
    element.scrollTop = places.get(place)?.offsetPx ?? 0;
    const keep = () => places.set(place, { offsetPx: element.scrollTop, imageId: current.current });
    element.addEventListener('scroll', keep, { passive: true });
    return () => {
      element.removeEventListener('scroll', keep);
      keep();
    };
  }, [place, scroller, hasRows]);
}
