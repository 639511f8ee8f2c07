import { Circle, Minus, Plus } from 'lucide-react';
import { TEXTS } from '../texts.ts';
import { MODES, type Mode, type Surround } from './modes.ts';

interface CompareBarProps {
  mode: Mode;
  canCompare: boolean;
  onMode(mode: Mode): void;
  percent: number;
  view: { isFitted: boolean; fit(): void; actual(): void; zoomIn(): void; zoomOut(): void };
  surround: Surround;
  onSurround(): void;
}

/** Mode, zoom and surround. Each has a key, too. */
export function CompareBar(props: CompareBarProps) {
  const { mode, canCompare, onMode, percent, view, surround, onSurround } = props;
  return (
    <div className="compare-bar" role="toolbar" aria-label={TEXTS.image.mode.label}>
      {canCompare &&
        MODES.map((each) => (
          <button
            key={each}
            type="button"
            className="button"
            aria-pressed={mode === each}
            onClick={() => onMode(each)}
          >
            {TEXTS.image.mode[each]}
          </button>
        ))}
      <span className="push" />
      <button type="button" className="button" data-square aria-label="−" onClick={view.zoomOut}>
        <Minus size={16} aria-hidden />
      </button>
      <output className="zoom">{TEXTS.image.zoom(percent)}</output>
      <button type="button" className="button" data-square aria-label="+" onClick={view.zoomIn}>
        <Plus size={16} aria-hidden />
      </button>
      <button type="button" className="button" aria-pressed={view.isFitted} onClick={view.fit}>
        {TEXTS.image.fit}
      </button>
      <button type="button" className="button" aria-pressed={percent === 100} onClick={view.actual}>
        {TEXTS.image.actual}
      </button>
      <button
        type="button"
        className="button surround"
        data-square
        data-surround={surround}
        aria-label={TEXTS.image.surround}
        title={TEXTS.image.surround}
        onClick={onSurround}
      >
        <Circle size={16} aria-hidden />
      </button>
    </div>
  );
}
