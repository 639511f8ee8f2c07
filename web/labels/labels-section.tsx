import type { LabelsView } from '../../client/types.ts';
import { LABELS } from '../texts-on-demand.ts';
import { PredictionBars } from './prediction-bars.tsx';

/** What an image shows, as its run recorded it. */
export function LabelsSection({ labels }: { labels: LabelsView }) {
  const { outcome, predictions, minConfidence, model, modelSha256, reason } = labels;
  return (
    <>
      {outcome === 'pending' && <p className="secondary">{LABELS.pending}</p>}
      {outcome === 'nothing-recognised' && <p>{LABELS.nothing(minConfidence)}</p>}
      {outcome === 'unavailable' && (
        <p>
          {LABELS.unavailable} <span className="secondary">{reason?.message}</span>
        </p>
      )}
      <PredictionBars predictions={predictions} minConfidence={minConfidence} />
      {model !== null && (
        <p className="secondary dense" title={modelSha256 ?? ''}>
          {LABELS.by(model)}
        </p>
      )}
    </>
  );
}
