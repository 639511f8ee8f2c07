import { SlidersHorizontal } from 'lucide-react';
import { TEXTS } from '../texts.ts';
import { useStore } from '../ui/store.ts';
import { useKeys } from '../ui/use-keys.ts';
import { adjusting } from './adjusting.ts';

/** Opens and closes the adjustments, by its key, too. */
export function AdjustToggle({ disabled }: { disabled: boolean }) {
  const { isOpen } = useStore(adjusting);
  const toggle = () => {
    if (!disabled) adjusting.open(!isOpen);
  };
  useKeys({ a: toggle });
  return (
    <button type="button" className="button" aria-pressed={isOpen} disabled={disabled} onClick={toggle}>
      <SlidersHorizontal size={16} aria-hidden />
      <span className="wide">{TEXTS.image.adjust}</span>
    </button>
  );
}
