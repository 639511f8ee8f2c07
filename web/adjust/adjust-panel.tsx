import { Undo2, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import type { ImageDetail, ImageView, NamedRecipeView } from '../../client/types.ts';
import { useImageDetail, useRecipes } from '../app/queries.ts';
import { useLink } from '../links/use-link.ts';
import { ADJUST } from '../texts-on-demand.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { adjusting } from './adjusting.ts';
import { ApplyActions } from './apply-actions.tsx';
import { FileFields } from './file-fields.tsx';
import { LookFields } from './look-fields.tsx';
import { isSameRecipe } from './minimal-recipe.ts';
import { PreviewFacts } from './preview-facts.tsx';
import type { ShownPreview } from './shown-preview.ts';
import { SizeFields } from './size-fields.tsx';
import { useAdjustment } from './use-adjustment.ts';

interface AdjustPanelProps {
  image: ImageView;
  onPreview(preview: ShownPreview | undefined): void;
}

/** Tries other settings on the image, and applies them. */
export function AdjustPanel(props: AdjustPanelProps) {
  const { imageId, revision } = props.image;
  const { data: recipes = [] } = useRecipes();
  const { data: detail } = useImageDetail(imageId, revision);
  // The settings begin with those of the present run.
  if (recipes.length === 0 || detail === undefined) return <aside className="inspector" />;
  return <Settings {...props} ownRecipe={detail.ownRecipe} recipes={recipes} />;
}

interface SettingsProps extends AdjustPanelProps {
  ownRecipe: ImageDetail['ownRecipe'];
  recipes: readonly NamedRecipeView[];
}

function Settings({ image, onPreview, ownRecipe, recipes }: SettingsProps) {
  const adjustment = useAdjustment(image, ownRecipe, recipes, onPreview);
  const { recipe, start, change, previews, isPresent } = adjustment;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  // A draft begins with the view. Whoever opens this panel will want one.
  useLink(image.imageId, 'view', image.run);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    adjusting.open(false);
  };
  const fields = { recipe, start, onChange: change };
  return (
    <aside
      className="inspector adjust"
      aria-labelledby="adjust-title"
      onKeyDown={onKeyDown}
      onPointerDown={adjustment.hold}
    >
      <header>
        <h2 id="adjust-title" ref={heading} tabIndex={-1}>
          {ADJUST.title}
        </h2>
        <IconButton
          icon={Undo2}
          name={ADJUST.undo}
          isQuiet
          className="button push"
          disabled={!adjustment.canUndo}
          onClick={adjustment.undo}
        />
        <button
          type="button"
          className="button"
          data-kind="quiet"
          disabled={isSameRecipe(recipe, start)}
          onClick={() => adjustment.set(start)}
        >
          {ADJUST.reset}
        </button>
        <IconButton icon={X} name={ADJUST.close} isQuiet onClick={() => adjusting.open(false)} />
      </header>
      <PreviewFacts image={image} previews={previews} isPresent={isPresent} />
      <section>
        <StartFrom recipe={recipe} recipes={recipes} onChange={adjustment.set} />
        <SizeFields {...fields} />
        <LookFields {...fields} />
        <FileFields {...fields} />
      </section>
      <ApplyActions image={image} recipe={recipe} isPresent={isPresent} />
    </aside>
  );
}

/** The named recipes as places to begin. */
function StartFrom(props: {
  recipe: NamedRecipeView['recipe'];
  recipes: readonly NamedRecipeView[];
  onChange(recipe: NamedRecipeView['recipe']): void;
}) {
  const { recipe, recipes, onChange } = props;
  const current = recipes.find((each) => isSameRecipe(each.recipe, recipe))?.name ?? '';
  return (
    <label className="field">
      <span>{ADJUST.from}</span>
      <select
        className="input"
        value={current}
        onChange={({ target }) => {
          const chosen = recipes.find(({ name }) => name === target.value);
          if (chosen) onChange(chosen.recipe);
        }}
      >
        {current === '' && <option value="">{ADJUST.own}</option>}
        {recipes.map(({ name }) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
}
