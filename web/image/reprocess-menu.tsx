import { RotateCw } from 'lucide-react';
import type { ImageView } from '../../client/types.ts';
import { useRecipes } from '../app/queries.ts';
import { useSession } from '../app/session.ts';
import { changeImages } from '../gallery/change-images.ts';
import { TEXTS } from '../texts.ts';

/** Begins another run of this image, by a named recipe. */
export function ReprocessMenu({ image: { imageId, state } }: { image: ImageView }) {
  const session = useSession();
  const { data: recipes = [] } = useRecipes();
  const reprocess = (recipe: string) =>
    void changeImages(session, { action: 'reprocess', imageIds: [imageId], recipe });
  return (
    <>
      <button
        type="button"
        className="button"
        popoverTarget="image-recipes"
        disabled={state !== 'COMPLETE' && state !== 'REJECTED' && state !== 'FAILED'}
      >
        <RotateCw size={16} aria-hidden />
        <span className="wide">{TEXTS.image.reprocess}</span>
      </button>
      <div id="image-recipes" popover="auto" className="menu floating">
        {recipes.map(({ name }) => (
          <button
            key={name}
            type="button"
            className="button"
            data-kind="quiet"
            popoverTarget="image-recipes"
            popoverTargetAction="hide"
            onClick={() => reprocess(name)}
          >
            {TEXTS.selection.withRecipe(name)}
          </button>
        ))}
      </div>
    </>
  );
}
