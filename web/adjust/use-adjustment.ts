import { useEffect, useRef, useState } from 'react';
import type { ImageView, NamedRecipeView } from '../../client/types.ts';
import type { Recipe } from '../../core/recipe.ts';
import { adjusting } from './adjusting.ts';
import { isSameRecipe } from './minimal-recipe.ts';
import type { ShownPreview } from './shown-preview.ts';
import { usePreviews } from './use-previews.ts';

/** Without a pointer, the exact version follows so long after the last change. */
const CALM_MS = 300;

/**
 * The settings that a person tries on an image. Each change asks for a draft. The exact version follows on release.
 *
 * @param ownRecipe of the present run, where it took none of the named ones
 * @param recipes of the deployment, at least one
 */
export function useAdjustment(
  image: ImageView,
  ownRecipe: Recipe | null,
  recipes: readonly NamedRecipeView[],
  show: (preview: ShownPreview | undefined) => void,
) {
  const { base, start } = startOf(image, ownRecipe, recipes);
  const [recipe, setRecipe] = useState(adjusting.kept ?? start);
  const [settled, setSettled] = useState<readonly Recipe[]>([]);
  const { previews, want, clear } = usePreviews(image, show);
  const gesture = useRef({ isHeld: false, isDirty: false, timer: 0 });

  const settle = (next: Recipe, before: readonly Recipe[]) => {
    gesture.current.isDirty = false;
    clearTimeout(gesture.current.timer);
    setSettled(before);
    const isPresent = base !== undefined && isSameRecipe(base, next);
    adjusting.kept = isPresent ? undefined : next;
    if (isPresent) clear();
    else want({ recipe: next, isDraft: false });
  };
  const change = (next: Recipe) => {
    const before = gesture.current.isDirty ? settled : [...settled, recipe];
    gesture.current.isDirty = true;
    setRecipe(next);
    setSettled(before);
    want({ recipe: next, isDraft: true });
    clearTimeout(gesture.current.timer);
    const later = () => {
      if (!gesture.current.isHeld) settle(next, before);
    };
    gesture.current.timer = window.setTimeout(later, CALM_MS);
  };
  const released = useRef(() => {});
  released.current = () => {
    gesture.current.isHeld = false;
    if (gesture.current.isDirty) settle(recipe, settled);
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the panel opens
  useEffect(() => {
    if (base === undefined || !isSameRecipe(base, recipe)) {
      want({ recipe, isDraft: true });
      want({ recipe, isDraft: false });
    }
    const onRelease = () => released.current();
    const end = new AbortController();
    for (const name of ['pointerup', 'pointercancel'])
      window.addEventListener(name, onRelease, { signal: end.signal });
    const { current } = gesture;
    return () => {
      end.abort();
      clearTimeout(current.timer);
    };
  }, []);

  const replace = (next: Recipe, before: readonly Recipe[]) => {
    setRecipe(next);
    want({ recipe: next, isDraft: true });
    settle(next, before);
  };
  return {
    recipe,
    /** What resets lead to. */
    start,
    isPresent: base !== undefined && isSameRecipe(base, recipe),
    previews,
    change,
    hold: () => {
      gesture.current.isHeld = true;
    },
    canUndo: settled.length > 0,
    undo: () => {
      const last = settled.at(-1);
      if (last !== undefined) replace(last, settled.slice(0, -1));
    },
    /** All at once, as one step. */
    set: (next: Recipe) => replace(next, [...settled, recipe]),
  };
}

/** The recipe of the present run, and where the settings begin. A named recipe may be gone by now. */
function startOf({ recipe: name }: ImageView, ownRecipe: Recipe | null, recipes: readonly NamedRecipeView[]) {
  const named = recipes.find((each) => each.name === name)?.recipe;
  const base = ownRecipe ?? named;
  const standard = recipes.find(({ isDefault }) => isDefault) ?? recipes[0];
  if (standard === undefined) throw new Error('expected at least one recipe');
  return { base, start: base ?? standard.recipe };
}
