import type { Recipe } from '../../core/recipe.ts';

interface Size {
  widthPx: number;
  heightPx: number;
}

/**
 * The size of the processed picture, before any is made: a draft can be smaller than what it stands for, and is shown at
 * this size. The pipeline calculates the same; a test holds both together.
 *
 * @param source upright
 */
export function plannedSize(source: Size, resize: Recipe['resize']): Size {
  if ('ratio' in resize) return scaled(source, resize.ratio);
  const { widthPx, heightPx, fit } = resize;
  if (fit !== 'inside') return { widthPx, heightPx };
  return scaled(source, Math.min(1, widthPx / source.widthPx, heightPx / source.heightPx));
}

function scaled({ widthPx, heightPx }: Size, factor: number): Size {
  return {
    widthPx: Math.max(1, Math.round(widthPx * factor)),
    heightPx: Math.max(1, Math.round(heightPx * factor)),
  };
}
