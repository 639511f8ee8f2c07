import { type CSSProperties, type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import type { ImageView, OutputView } from '../../client/types.ts';
import type { Recipe } from '../../core/recipe.ts';
import { useSession } from '../app/session.ts';
import { useLink } from '../links/use-link.ts';
import { TEXTS } from '../texts.ts';
import { bytesOf, dimensionsOf } from '../ui/format.ts';
import { useRemembered } from '../ui/remembered.ts';
import { useKeys } from '../ui/use-keys.ts';
import { CompareBar } from './compare-bar.tsx';
import { frameOfOriginal, type Rectangle } from './frame.ts';
import { isMode, isSurround, type Mode, nextSurround, type Surround } from './modes.ts';
import { useOriginal } from './use-original.ts';
import { useViewport } from './use-viewport.ts';

interface CompareProps {
  image: ImageView;
  output: OutputView;
  resize: Recipe['resize'] | undefined;
}

const DIVIDER_STEP = 0.02;

/** Original and result at the same place and scale. The scale counts pixels of the result. */
export function Compare({ image, output, resize }: CompareProps) {
  const { links } = useSession();
  const stage = useRef<HTMLDivElement>(null);
  const view = useViewport(stage, output);
  const [chosen, setMode] = useRemembered<Mode>('comparison', 'slider', isMode);
  const [surround, setSurround] = useRemembered<Surround>('surround', 'grey', isSurround);
  const [divider, setDivider] = useState(0.5);
  const [showsOriginal, setShowsOriginal] = useState(true);
  const isRotated = output.variant !== 'processed';
  const mode = isRotated ? 'single' : chosen;
  const frame = frameOfOriginal(image, output, resize);
  const original = useOriginal(image, frame.widthPx * view.scale * devicePixelRatio);
  const result = useLink(image.imageId, output.variant, image.run);

  const flip = () => {
    if (chosen !== 'flip') setMode('flip');
    setShowsOriginal((now) => !now);
  };
  useKeys({
    '0': view.fit,
    '1': view.actual,
    '+': view.zoomIn,
    '=': view.zoomIn,
    '-': view.zoomOut,
    f: flip,
    s: () => setMode(chosen === 'side' ? 'slider' : 'side'),
    g: () => setSurround(nextSurround(surround)),
  });

  const half = mode === 'side' ? view.size.widthPx / 4 : 0;
  const place = (rectangle: Rectangle, shiftPx: number): CSSProperties => ({
    left: view.size.widthPx / 2 + shiftPx + (rectangle.leftPx - view.centre[0]) * view.scale,
    top: view.size.heightPx / 2 + (rectangle.topPx - view.centre[1]) * view.scale,
    width: rectangle.widthPx * view.scale,
    height: rectangle.heightPx * view.scale,
    imageRendering: view.scale * devicePixelRatio > 2 ? 'pixelated' : 'auto',
  });
  const whole = { leftPx: 0, topPx: 0, widthPx: output.widthPx, heightPx: output.heightPx };
  const edge = divider * view.size.widthPx;
  const clips = {
    slider: [`inset(0 ${view.size.widthPx - edge}px 0 0)`, `inset(0 0 0 ${edge}px)`],
    side: [`inset(0 50% 0 0)`, `inset(0 0 0 50%)`],
    flip: showsOriginal ? ['none', 'inset(50%)'] : ['inset(50%)', 'none'],
    single: ['inset(50%)', 'none'],
  }[mode];
  const labels = {
    original: original.isView ? TEXTS.image.asView : TEXTS.image.original,
    result: isRotated ? TEXTS.image.rotation(output.variant) : TEXTS.image.result,
  };
  const showsA = mode !== 'single' && !(mode === 'flip' && !showsOriginal);
  const showsB = !(mode === 'flip' && showsOriginal);
  return (
    <div className="compare" data-surround={surround}>
      <div className="stage" ref={stage} {...view.handlers}>
        <div className="layer" style={{ clipPath: clips[0] }} hidden={!showsA}>
          {original.url && (
            <img
              src={original.url}
              alt={`${labels.original}: ${image.fileName}`}
              style={place(frame, -half)}
              draggable={false}
              onError={original.renew}
            />
          )}
        </div>
        <div className="layer" style={{ clipPath: clips[1] }} hidden={!showsB}>
          {result.url && (
            <img
              src={result.url}
              alt={`${labels.result}: ${image.fileName}`}
              style={place(whole, half)}
              draggable={false}
              onError={result.renew}
            />
          )}
        </div>
        {mode === 'slider' && <Divider at={divider} onMove={setDivider} stage={stage} />}
        {showsA && (
          <Label side="left" name={labels.original}>
            {dimensionsOf(image.source.widthPx, image.source.heightPx)}, {bytesOf(image.source.bytes)}
          </Label>
        )}
        {showsB && (
          <Label side="right" name={labels.result}>
            {dimensionsOf(output.widthPx, output.heightPx)}, {bytesOf(output.bytes)}
          </Label>
        )}
      </div>
      {(original.code ?? result.code) && (
        <p className="stage-problem" role="alert">
          {TEXTS.image.linkProblem}{' '}
          <button type="button" className="button" onClick={() => links.retryAll()}>
            {TEXTS.gallery.again}
          </button>
        </p>
      )}
      <CompareBar
        mode={mode}
        canCompare={!isRotated}
        onMode={(next) => (next === 'flip' ? flip() : setMode(next))}
        percent={Math.round(view.scale * devicePixelRatio * 100)}
        view={view}
        surround={surround}
        onSurround={() => setSurround(nextSurround(surround))}
      />
    </div>
  );
}

function Label({
  side,
  name,
  children,
}: {
  side: 'left' | 'right';
  name: string;
  children: React.ReactNode;
}) {
  return (
    <p className="stage-label" data-side={side}>
      <b>{name}</b> <span>{children}</span>
    </p>
  );
}

/** The line between both halves, by pointer and by keyboard. A double click centres it. */
function Divider(props: {
  at: number;
  onMove(at: number): void;
  stage: React.RefObject<HTMLDivElement | null>;
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
    const step = { ArrowLeft: -DIVIDER_STEP, ArrowRight: DIVIDER_STEP }[event.key];
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
