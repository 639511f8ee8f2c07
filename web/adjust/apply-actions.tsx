import { Check, Clipboard } from 'lucide-react';
import { useState } from 'react';
import { asProblem } from '../../client/problem.ts';
import type { ImageView } from '../../client/types.ts';
import type { Recipe } from '../../core/recipe.ts';
import { useRecipes } from '../app/queries.ts';
import { useSession } from '../app/session.ts';
import { changeImages } from '../gallery/change-images.ts';
import { lastGallery } from '../gallery/last-gallery.ts';
import { ADJUST } from '../texts-on-demand.ts';
import { announce } from '../ui/announcer.tsx';
import { useStore } from '../ui/store.ts';
import { nextBatch } from '../uploads/batch-choices.ts';
import { configurationOf, isSameRecipe, minimalRecipe } from './minimal-recipe.ts';

/** Under this name, the settings stand in what is copied. */
const NAME = 'adjusted';

interface ApplyActionsProps {
  image: ImageView;
  recipe: Recipe;
  isPresent: boolean;
}

/** What to do with the settings: this image, the selection, the next upload, the configuration. */
export function ApplyActions({ image: { imageId, state }, recipe, isPresent }: ApplyActionsProps) {
  const session = useSession();
  const { data: recipes = [] } = useRecipes();
  const [said, setSaid] = useState('');
  const [json, setJson] = useState('');
  const named = recipes.find((each) => isSameRecipe(each.recipe, recipe))?.name;
  const asked = named ?? minimalRecipe(recipe);
  const selected = lastGallery.selectedIds;
  const say = (text: string) => {
    setSaid(text);
    announce(text);
  };
  const apply = async () => {
    try {
      const body = { recipe: asked };
      session.images.put(
        await session.api.call('POST /images/{imageId}/reprocess', { path: { imageId }, body }),
      );
      say(ADJUST.applied);
    } catch (error) {
      say(asProblem(error).message);
    }
  };
  const applyToSelection = () => {
    void changeImages(session, { action: 'reprocess', imageIds: [...selected], recipe: asked });
  };
  const copy = async () => {
    const text = configurationOf(named ?? NAME, recipe);
    setJson(text);
    try {
      await navigator.clipboard.writeText(text);
      say(ADJUST.copied);
    } catch {
      // The text is shown, and can be copied by hand.
      setSaid('');
    }
  };
  const canApply = !isPresent && ['COMPLETE', 'REJECTED', 'FAILED'].includes(state);
  return (
    <footer>
      <div className="row">
        <button
          type="button"
          className="button"
          data-kind="primary"
          disabled={!canApply}
          onClick={() => void apply()}
        >
          <Check size={16} aria-hidden />
          {ADJUST.apply}
        </button>
        {selected.length > 0 && (
          <button type="button" className="button" onClick={applyToSelection}>
            {ADJUST.applyTo(selected.length)}
          </button>
        )}
        <button type="button" className="button" onClick={() => void copy()}>
          <Clipboard size={16} aria-hidden />
          {ADJUST.copy}
        </button>
      </div>
      {said !== '' && <p className="dense">{said}</p>}
      {json !== '' && <textarea className="input" readOnly rows={6} aria-label={ADJUST.json} value={json} />}
      <ForUpload name={named} onSay={say} />
    </footer>
  );
}

/** An upload takes recipes by name alone. */
function ForUpload({ name, onSay }: { name: string | undefined; onSay(text: string): void }) {
  const { choices } = useStore(nextBatch);
  if (name === undefined) return <p className="secondary dense">{ADJUST.uploadsByName}</p>;
  return (
    <button
      type="button"
      className="button"
      data-kind="quiet"
      onClick={() => {
        nextBatch.set({ ...choices, recipe: name });
        onSay(ADJUST.chosen(name));
      }}
    >
      {ADJUST.forUpload(name)}
    </button>
  );
}
