import type { Mode } from './modes.ts';

/** What is seen of the original and of the result, as values of `clip-path`; undefined where nothing is. */
export interface Halves {
  original: string | undefined;
  result: string | undefined;
}

/**
 * @param dividerPx from the left edge of the stage
 * @param showsOriginal which of both is seen where they are flipped
 */
export function halvesOf(
  mode: Mode,
  { widthPx, dividerPx, showsOriginal }: { widthPx: number; dividerPx: number; showsOriginal: boolean },
): Halves {
  if (mode === 'slider') {
    return { original: `inset(0 ${widthPx - dividerPx}px 0 0)`, result: `inset(0 0 0 ${dividerPx}px)` };
  }
  if (mode === 'side') return { original: 'inset(0 50% 0 0)', result: 'inset(0 0 0 50%)' };
  if (mode === 'single') return { original: undefined, result: 'none' };
  return showsOriginal ? { original: 'none', result: undefined } : { original: undefined, result: 'none' };
}
