import { Circle, Minus, Plus } from 'lucide-react';
import { TEXTS } from '../texts.ts';
import { IconButton } from '../ui/icon-button.tsx';
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
      <IconButton icon={Minus} name={TEXTS.image.zoomOut} onClick={view.zoomOut} />
      <output className="zoom">{TEXTS.image.zoom(percent)}</output>
      <IconButton icon={Plus} name={TEXTS.image.zoomIn} onClick={view.zoomIn} />
      <button type="button" className="button" aria-pressed={view.isFitted} onClick={view.fit}>
        {TEXTS.image.fit}
      </button>
      <button type="button" className="button" aria-pressed={percent === 100} onClick={view.actual}>
        {TEXTS.image.actual}
      </button>
      <IconButton
        icon={Circle}
        name={TEXTS.image.surround}
        className="button surround"
        data-surround={surround}
        onClick={onSurround}
      />
    </div>
  );
}
