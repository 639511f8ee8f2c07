import { useState } from 'react';
import { useRemembered } from '../ui/remembered.ts';
import { useKeys } from '../ui/use-keys.ts';
import { isMode, isSurround, type Mode, nextSurround, type Surround } from './modes.ts';

/** How original and result are compared, by buttons and by keys. Mode and surround are remembered. */
export function useComparison() {
  const [mode, setMode] = useRemembered<Mode>('comparison', 'slider', isMode);
  const [surround, setSurround] = useRemembered<Surround>('surround', 'grey', isSurround);
  const [divider, setDivider] = useState(0.5);
  const [showsOriginal, setShowsOriginal] = useState(true);
  const flip = () => {
    if (mode !== 'flip') setMode('flip');
    setShowsOriginal((now) => !now);
  };
  const changeSurround = () => setSurround(nextSurround(surround));
  useKeys({ f: flip, s: () => setMode(mode === 'side' ? 'slider' : 'side'), g: changeSurround });
  const choose = (next: Mode) => (next === 'flip' ? flip() : setMode(next));
  return { mode, choose, surround, changeSurround, divider, setDivider, showsOriginal };
}
