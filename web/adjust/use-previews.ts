import { useEffect, useRef, useState } from 'react';
import { asProblem, type ProblemError } from '../../client/problem.ts';
import type { ImageView, Preview } from '../../client/types.ts';
import type { Recipe } from '../../core/recipe.ts';
import { useSession } from '../app/session.ts';
import { ADJUST } from '../texts-on-demand.ts';
import { minimalRecipe } from './minimal-recipe.ts';
import { plannedSize } from './planned-size.ts';
import { PreviewQueue } from './preview-queue.ts';
import type { ShownPreview } from './shown-preview.ts';

interface Wish {
  recipe: Recipe;
  isDraft: boolean;
}

export interface Previews {
  /** What answers the present settings, once it is there. */
  newest: Preview | undefined;
  problem: ProblemError | undefined;
  isMeasuring: boolean;
}

const NOTHING: Previews = { newest: undefined, problem: undefined, isMeasuring: false };
/** The one that fades out lies below the one that fades in. */
const KEPT_URLS = 2;

/**
 * Asks for previews of an image, and hands each picture to the comparison.
 *
 * @param show given undefined, the comparison shows the present result again
 */
export function usePreviews(image: ImageView, show: (preview: ShownPreview | undefined) => void) {
  const { api } = useSession();
  const { imageId, source } = image;
  const [previews, setPreviews] = useState(NOTHING);
  const queue = useRef<PreviewQueue<Wish, Preview>>(undefined);
  const report = useRef(show);
  report.current = show;

  // biome-ignore lint/correctness/useExhaustiveDependencies: an image keeps its source
  useEffect(() => {
    const urls: string[] = [];
    queue.current = new PreviewQueue({
      request: ({ recipe, isDraft }, signal) => {
        const body = { recipe: minimalRecipe(recipe), draft: isDraft };
        return api.call('POST /images/{imageId}/preview', { path: { imageId }, body, signal });
      },
      onAnswer(answer, { recipe, isDraft }) {
        urls.push(URL.createObjectURL(answer.picture));
        for (const old of urls.splice(0, urls.length - KEPT_URLS)) URL.revokeObjectURL(old);
        setPreviews(({ isMeasuring }) => {
          return { newest: answer, problem: undefined, isMeasuring: isDraft && isMeasuring };
        });
        report.current({
          url: urls.at(-1) ?? '',
          name: isDraft ? ADJUST.draft : ADJUST.preview,
          ...sizeOf(answer, source, recipe),
          bytes: isDraft ? null : answer.bytes,
          resize: recipe.resize,
        });
      },
      onProblem: (problem) =>
        setPreviews((now) => ({ ...now, problem: asProblem(problem), isMeasuring: false })),
    });
    return () => {
      queue.current?.close();
      for (const url of urls) URL.revokeObjectURL(url);
      report.current(undefined);
    };
  }, [api, imageId]);

  return {
    previews,
    want(wish: Wish): void {
      queue.current?.want(wish);
      // The figures of before belong to other settings.
      setPreviews(({ problem }) => ({ newest: undefined, problem, isMeasuring: !wish.isDraft }));
    },
    clear(): void {
      queue.current?.clear();
      setPreviews(NOTHING);
      show(undefined);
    },
  };
}

/** A draft of a large recipe is smaller than what it stands for. */
function sizeOf(answer: Preview, { widthPx, heightPx }: ImageView['source'], { resize }: Recipe) {
  if (!answer.isDraft || widthPx === null || heightPx === null) {
    return { widthPx: answer.widthPx, heightPx: answer.heightPx };
  }
  return plannedSize({ widthPx, heightPx }, resize);
}
