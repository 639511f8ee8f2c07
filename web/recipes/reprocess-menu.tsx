import { RotateCw } from 'lucide-react';
import { useId } from 'react';
import { useRecipes } from '../app/queries.ts';
import { useSession } from '../app/session.ts';
import { changeImages } from '../gallery/change-images.ts';
import { TEXTS } from '../texts.ts';

interface ReprocessMenuProps {
  imageIds: readonly string[];
  disabled?: boolean;
  onDone?(): void;
}

/** Begins another run of the images, by a named recipe. */
export function ReprocessMenu({ imageIds, disabled = false, onDone }: ReprocessMenuProps) {
  const session = useSession();
  const { data: recipes = [] } = useRecipes();
  const menu = useId();
  const reprocess = (recipe: string) => {
    void changeImages(session, { action: 'reprocess', imageIds: [...imageIds], recipe });
    onDone?.();
  };
  return (
    <>
      <button type="button" className="button" popoverTarget={menu} disabled={disabled}>
        <RotateCw size={16} aria-hidden />
        <span className="wide">{TEXTS.selection.reprocess}</span>
      </button>
      <div id={menu} popover="auto" className="menu floating">
        {recipes.map(({ name }) => (
          <button
            key={name}
            type="button"
            className="button"
            data-kind="quiet"
            popoverTarget={menu}
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
