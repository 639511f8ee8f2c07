import { type PointerEvent, type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useKeys } from '../ui/use-keys.ts';
import { fitted, fittingScale, moved, resized, type Size, type Viewport, zoomed } from './viewport.ts';

const WHEEL = 0.0015;
const STEP = 1.25;

/**
 * Zoom by wheel, pinch and keys; movement by pointer.
 *
 * @param columns how many pictures stand side by side. `size` is that of one column, and each shows the same place
 */
export function useViewport(stage: RefObject<HTMLElement | null>, output: Size, columns: 1 | 2) {
  const whole = useSize(stage);
  const size = { widthPx: whole.widthPx / columns, heightPx: whole.heightPx };
  const [viewport, setViewport] = useState<Viewport>(() => fitted(output));
  const [known, setKnown] = useState(output);
  if (known.widthPx !== output.widthPx || known.heightPx !== output.heightPx) {
    setKnown(output);
    setViewport((now) => resized(now, known, output));
  }
  const pointers = useRef(new Map<number, readonly [number, number]>());
  const sizes = { output, stage: size };
  const middle = [size.widthPx / 2, size.heightPx / 2] as const;
  const zoomBy = (factor: number, at: readonly [number, number] = middle) =>
    setViewport((now) => zoomed(now, factor, at, sizes));
  const placeInColumn = (element: Element, [x, y]: readonly [number, number]) => {
    const { left, top } = element.getBoundingClientRect();
    return [(x - left) % Math.max(1, size.widthPx), y - top] as const;
  };

  const wheel = useRef((_: WheelEvent) => {});
  wheel.current = (event) => {
    event.preventDefault();
    const at = placeInColumn(event.currentTarget as Element, [event.clientX, event.clientY]);
    zoomBy(Math.exp(-event.deltaY * WHEEL), at);
  };
  useEffect(() => {
    const { current } = stage;
    // React's own listener is passive: it could not keep the page from scrolling.
    const listener = (event: WheelEvent) => wheel.current(event);
    current?.addEventListener('wheel', listener, { passive: false });
    return () => current?.removeEventListener('wheel', listener);
  }, [stage]);

  const onPointerDown = (event: PointerEvent) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    pointers.current.set(event.pointerId, [event.clientX, event.clientY]);
  };
  const onPointerMove = (event: PointerEvent) => {
    const before = pointers.current.get(event.pointerId);
    if (before === undefined) return;
    const now = [event.clientX, event.clientY] as const;
    const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
    pointers.current.set(event.pointerId, now);
    if (other === undefined) {
      setViewport((view) => moved(view, [now[0] - before[0], now[1] - before[1]], sizes));
      return;
    }
    const factor = distance(now, other) / Math.max(1, distance(before, other));
    const between = [(now[0] + other[0]) / 2, (now[1] + other[1]) / 2] as const;
    zoomBy(factor, placeInColumn(event.currentTarget, between));
  };
  const onPointerUp = ({ pointerId }: PointerEvent) => {
    pointers.current.delete(pointerId);
  };

  const fit = () => setViewport(fitted(output));
  const actual = () => setViewport(({ centre }) => ({ scale: 1 / devicePixelRatio, centre }));
  const zoomIn = () => zoomBy(STEP);
  const zoomOut = () => zoomBy(1 / STEP);
  useKeys({ '0': fit, '1': actual, '+': zoomIn, '=': zoomIn, '-': zoomOut });

  const scale = viewport.scale ?? fittingScale(output, size);
  return {
    size,
    scale,
    centre: viewport.scale === undefined ? fitted(output).centre : viewport.centre,
    isFitted: viewport.scale === undefined,
    fit,
    actual,
    zoomIn,
    zoomOut,
    handlers: { onPointerDown, onPointerMove, onPointerUp, onPointerCancel: onPointerUp },
  };
}

function useSize(element: RefObject<HTMLElement | null>): Size {
  const [size, setSize] = useState<Size>({ widthPx: 0, heightPx: 0 });
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null) return undefined;
    const measure = () => setSize({ widthPx: current.clientWidth, heightPx: current.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    measure();
    return () => observer.disconnect();
  }, [element]);
  return size;
}

function distance([ax, ay]: readonly [number, number], [bx, by]: readonly [number, number]): number {
  return Math.hypot(ax - bx, ay - by);
}
