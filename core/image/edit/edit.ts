import type { Enhance, Filter, Recipe } from '../../recipe.ts';
import { type Pixels, release } from '../pixels.ts';
import { enhancePixels, greysBeforeContrast, type SumOfGreys } from './enhance.ts';
import { autocontrast, extremesOf, grayscale, sepia, widerExtremes } from './point-filters.ts';
import { editVisible, visibleColours } from './visible.ts';
import { blur, denoise, sharpen } from './window-filters.ts';

type Edits = Pick<Recipe, 'enhance' | 'filters' | 'resize'>;

/** Looks at all frames, and returns how each of them is edited. Edits leave the pixels unchanged. */
type Edit = (frames: readonly Pixels[]) => (pixels: Pixels) => Promise<Pixels>;

/**
 * Applies the enhancement, then the filters in the order of the recipe. The content stays unchanged, and is returned
 * itself where the recipe changes nothing. Pictures in between are released, so at most three exist at a time; of
 * transparent content, four.
 *
 * Only what is visible is edited: where the content is transparent, the background stays as it is.
 */
export async function editPixels(content: Pixels, recipe: Edits): Promise<Pixels> {
  const [edited] = await editFrames([content], recipe);
  return edited ?? content;
}

/** Whether an edit looks at the whole animation, so that a still background does not flicker. */
export function needsAllFrames({ enhance, filters }: Edits): boolean {
  return enhance.contrast !== 1 || filters.includes('autocontrast');
}

/**
 * Edits the frames of an animation as {@link editPixels} does a picture, but with the mean grey of contrast and the
 * extremes of autocontrast taken from all frames. All contents but the first are released.
 */
export async function editFrames(contents: readonly Pixels[], recipe: Edits): Promise<Pixels[]> {
  const [first] = contents;
  let frames = [...contents];
  for (const edit of editsOf(recipe)) {
    const editFrame = edit(frames);
    const next: Pixels[] = [];
    for (const pixels of frames) {
      const edited = await editFrame(pixels);
      if (edited !== pixels && pixels !== first) await release(withoutAlpha(pixels));
      next.push(edited);
    }
    frames = next;
  }
  return frames.map((pixels, index) => (pixels === contents[index] ? pixels : withoutAlpha(pixels)));
}

function editsOf({ enhance, filters, resize }: Edits): Edit[] {
  const { background } = resize;
  return [enhancement(enhance, background), ...filters.map((filter) => FILTERS[filter](background))];
}

function enhancement(factors: Enhance, background: string): Edit {
  const isSharpened = factors.sharpness !== 1;
  return (frames) => {
    const greys = (frame: Pixels) =>
      greysBeforeContrast(visibleColours(frame, background, isSharpened), factors);
    const all = frames.length > 1 && factors.contrast !== 1 ? frames.map(greys).reduce(addGreys) : undefined;
    return (pixels) =>
      editVisible(pixels, background, (visible) => enhancePixels(visible, factors, all), isSharpened);
  };
}

function addGreys(a: SumOfGreys, b: SumOfGreys): SumOfGreys {
  return { sum: a.sum + b.sum, weight: a.weight + b.weight };
}

/**
 * The filters, over a background. `grayscale` (ImageOps.grayscale), `autocontrast` (ImageOps.autocontrast without a
 * cutoff), `smooth` and `sharpen` (ImageFilter.SMOOTH and SHARPEN) give Pillow's result in every sample.
 */
const FILTERS: Record<Filter, (background: string) => Edit> = {
  grayscale: ofPoints(grayscale),
  sepia: ofPoints(sepia),
  // Blurring a blended picture and its opacity is the same as blurring the picture behind it.
  blur: () => () => blur,
  // Pillow's sharpness is a blend with this picture, so sharpness 0 is the picture itself.
  smooth: ofNeighbours((pixels) =>
    enhancePixels(pixels, { sharpness: 0, brightness: 1, contrast: 1, color: 1 }),
  ),
  sharpen: ofNeighbours(sharpen),
  autocontrast: (background) => (frames) => {
    const extremes = (frame: Pixels) => extremesOf(visibleColours(frame, background, false));
    const all = frames.length > 1 ? frames.map(extremes).reduce(widerExtremes) : undefined;
    return (pixels) => editVisible(pixels, background, (visible) => autocontrast(visible, all), false);
  },
  denoise: ofNeighbours(denoise),
};

/** A filter that makes each pixel from itself. */
function ofPoints(filter: (visible: Pixels) => Pixels): (background: string) => Edit {
  return (background) => () => (pixels) => editVisible(pixels, background, filter, false);
}

/** A filter that makes each pixel from those around it, too. */
function ofNeighbours(filter: (visible: Pixels) => Pixels | Promise<Pixels>): (background: string) => Edit {
  return (background) => () => (pixels) => editVisible(pixels, background, filter, true);
}

/** Pictures before and after an edit share their opacity, so it is not released with them. */
function withoutAlpha({ data, widthPx, heightPx }: Pixels): Pixels {
  return { data, widthPx, heightPx };
}
