import type { ImageView, OutputView } from '../../client/types.ts';
import type { Recipe } from '../../core/recipe.ts';

/** A rectangle in pixels of the output. */
export interface Rectangle {
  leftPx: number;
  topPx: number;
  widthPx: number;
  heightPx: number;
}

/**
 * Where the whole original lies over the output, so that both show the same at the same place: padding leaves it
 * smaller than the output, and a crop makes it larger.
 *
 * @param resize of the run's recipe; where it is not known, an output of another shape counts as padded
 */
export function frameOfOriginal(
  { source }: Pick<ImageView, 'source'>,
  output: Pick<OutputView, 'widthPx' | 'heightPx'>,
  resize: Recipe['resize'] | undefined,
): Rectangle {
  const { widthPx, heightPx } = output;
  if (source.widthPx === null || source.heightPx === null) return { leftPx: 0, topPx: 0, widthPx, heightPx };
  const fits = [widthPx / source.widthPx, heightPx / source.heightPx] as const;
  const isCropped = resize !== undefined && 'fit' in resize && resize.fit === 'cover';
  const factor = isCropped ? Math.max(...fits) : Math.min(...fits);
  // The pipeline rounds to whole pixels. A picture that fills the output but for rounding fills it.
  const width = snapped(source.widthPx * factor, widthPx);
  const height = snapped(source.heightPx * factor, heightPx);
  return {
    leftPx: Math.floor((widthPx - width) / 2),
    topPx: Math.floor((heightPx - height) / 2),
    widthPx: width,
    heightPx: height,
  };
}

function snapped(px: number, wholePx: number): number {
  return Math.abs(px - wholePx) < 1 ? wholePx : Math.round(px);
}
