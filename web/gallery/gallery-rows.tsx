import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type MouseEvent, useLayoutEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { ImageList } from '../images/image-list.ts';
import { neighbourOf } from './neighbour.ts';
import { Position } from './position.tsx';
import type { Selection } from './selection.ts';
import { Tile } from './tile.tsx';
import { placeOf, usePlace } from './use-place.ts';
import { GAP_PX, useRows } from './use-rows.ts';

/** Below each picture: its name and state. */
const CAPTION_PX = 24;

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
  const rows = useRows(list, scroller, heightPx);
  const [current, setCurrent] = useState(() => placeOf(place).imageId);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (rows[index]?.heightPx ?? heightPx) + CAPTION_PX + GAP_PX,
    overscan: 1,
    initialOffset: () => placeOf(place).offsetPx,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: other rows have other heights
  useLayoutEffect(() => virtual.measure(), [virtual, rows]);
  usePlace(place, scroller, current, rows.length > 0);
  const focused = current !== undefined && list.ids.includes(current) ? current : list.ids[0];

  const onKeyDown = (event: KeyboardEvent) => {
    if (focused === undefined || !(event.target as HTMLElement).matches('.picture')) return;
    const next = neighbourOf(event.key, rows, list.ids.indexOf(focused));
    const isSelecting = event.key === 'x' || event.key === ' ';
    if (next === undefined && !isSelecting) return;
    event.preventDefault();
    if (next === undefined) onSelect(focused, event.shiftKey);
    else moveTo(next);
  };
  const moveTo = (index: number) => {
    const imageId = list.ids[index];
    setCurrent(imageId);
    virtual.scrollToIndex(rows.findIndex(({ end }) => end > index));
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
        onKeyDown={onKeyDown}
        onFocus={({ target }) => setCurrent((now) => imageOf(target) ?? now)}
        onClick={open}
        data-selecting={selection.ids.size > 0 || undefined}
      >
        <div className="rows" style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, start, size }) => {
            const row = rows[index];
            if (row === undefined) return null;
            const ids = list.ids.slice(row.start, row.end);
            const style = { transform: `translateY(${start}px)`, height: size - GAP_PX };
            return (
              <div key={ids[0]} className="tile-row" style={style}>
                {ids.map((imageId, column) => (
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
