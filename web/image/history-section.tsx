import type { ImageDetail, ImageView, RunView } from '../../client/types.ts';
import type { Recipe } from '../../core/recipe.ts';
import { useRecipes } from '../app/queries.ts';
import { TEXTS } from '../texts.ts';
import { timeOf } from '../ui/format.ts';
import { StateBadge } from '../ui/state-badge.tsx';
import { psnrBand } from './bands.ts';
import { recipeDifference } from './recipe-difference.ts';

/** The runs, newest first, with what changed from each to the next. */
export function HistorySection({ image, detail }: { image: ImageView; detail: ImageDetail | undefined }) {
  const { data: recipes = [] } = useRecipes();
  const current: RunView = { ...image, startedAt: null, ownRecipe: detail?.ownRecipe ?? null };
  const runs = [current, ...(detail?.history ?? [])];
  const recipeOf = (run: RunView | undefined) =>
    run?.ownRecipe ?? recipes.find(({ name }) => name === run?.recipe)?.recipe;
  return (
    <ol className="history">
      {runs.map((run, index) => (
        <li key={run.run}>
          <p className="row">
            <b>{TEXTS.image.run(run.run)}</b>
            {index === 0 && <span className="secondary">{TEXTS.image.current}</span>}
            <StateBadge state={run.state} />
          </p>
          <p className="secondary dense">
            {[run.recipe, run.endedAt && timeOf(run.endedAt), changeOf(run, runs[index + 1])]
              .filter(Boolean)
              .join(', ')}
          </p>
          <Difference before={recipeOf(runs[index + 1])} after={recipeOf(run)} />
          {run.reason && <p className="dense">{run.reason.message}</p>}
        </li>
      ))}
    </ol>
  );
}

/** What the recipe of a run says otherwise than that of the run before. */
function Difference({ before, after }: { before: Recipe | undefined; after: Recipe | undefined }) {
  const changes = before && after ? recipeDifference(before, after) : [];
  if (changes.length === 0) return null;
  return <p className="secondary dense">{changes.join(', ')}</p>;
}

/** The encoding's PSNR, and its difference to the run before. */
function changeOf({ quality }: RunView, before: RunView | undefined): string | null {
  const psnrDb = quality?.encode.psnrDb ?? null;
  if (psnrDb === null) return null;
  const old = before?.quality?.encode.psnrDb ?? null;
  const difference = old === null ? '' : ` (${psnrDb < old ? '−' : '+'}${Math.abs(psnrDb - old).toFixed(1)})`;
  return `${psnrDb.toFixed(1)} dB${difference}, ${TEXTS.image.bands[psnrBand(psnrDb)]}`;
}
