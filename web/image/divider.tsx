import { type KeyboardEvent, type PointerEvent, type RefObject, useRef } from 'react';
import { TEXTS } from '../texts.ts';

const STEP = 0.02;

/** The line between both halves, by pointer and by keyboard. A double click centres it. */
export function Divider(props: {
  at: number;
  onMove(at: number): void;
  stage: RefObject<HTMLDivElement | null>;
}) {
  const { at, onMove, stage } = props;
  const isHeld = useRef(false);
  const moveTo = (share: number) => onMove(Math.min(1, Math.max(0, share)));
  const follow = (event: PointerEvent) => {
    event.stopPropagation();
    const bounds = stage.current?.getBoundingClientRect();
    if (isHeld.current && bounds) moveTo((event.clientX - bounds.left) / bounds.width);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    moveTo(at + step);
  };
  return (
    <div
      className="divider"
      role="slider"
      tabIndex={0}
      aria-label={TEXTS.image.divider}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(at * 100)}
      style={{ left: `${at * 100}%` }}
      onPointerDown={(event) => {
        isHeld.current = true;
        event.currentTarget.setPointerCapture(event.pointerId);
        event.stopPropagation();
      }}
      onPointerMove={follow}
      onPointerUp={() => {
        isHeld.current = false;
      }}
      onDoubleClick={() => onMove(0.5)}
      onKeyDown={onKeyDown}
    >
      <span className="handle" />
    </div>
  );
}
