import type { ImageDetail, ImageView, RunView } from '../../client/types.ts';
import { TEXTS } from '../texts.ts';
import { timeOf } from '../ui/format.ts';
import { StateBadge } from '../ui/state-badge.tsx';
import { psnrBand } from './bands.ts';

/** The runs, newest first, with what changed from each to the next. */
export function HistorySection({ image, detail }: { image: ImageView; detail: ImageDetail | undefined }) {
  const current: RunView = { ...image, startedAt: null };
  const runs = [current, ...(detail?.history ?? [])];
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
          {run.reason && <p className="dense">{run.reason.message}</p>}
        </li>
      ))}
    </ol>
  );
}

/** The encoding's PSNR, and its difference to the run before. */
function changeOf({ quality }: RunView, before: RunView | undefined): string | null {
  const psnrDb = quality?.encode.psnrDb ?? null;
  if (psnrDb === null) return null;
  const old = before?.quality?.encode.psnrDb ?? null;
  const difference = old === null ? '' : ` (${psnrDb < old ? '−' : '+'}${Math.abs(psnrDb - old).toFixed(1)})`;
  return `${psnrDb.toFixed(1)} dB${difference}, ${TEXTS.image.bands[psnrBand(psnrDb)]}`;
}
