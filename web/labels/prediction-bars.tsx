import type { Prediction } from '../../client/types.ts';
import { LABELS } from '../texts-on-demand.ts';

/** The most likely classes, each as a bar. What is below the threshold is dimmed. */
export function PredictionBars({
  predictions,
  minConfidence,
}: {
  predictions: readonly Prediction[];
  minConfidence: number;
}) {
  return (
    <ul className="predictions">
      {predictions.map(({ wordnetId, name, confidence, band }) => (
        <li key={wordnetId} data-dim={confidence < minConfidence || undefined}>
          <span>{name}</span>
          <span className="secondary">{LABELS.confidence(percentOf(confidence), LABELS.bands[band])}</span>
          <meter min={0} max={1} value={confidence} aria-label={name} />
        </li>
      ))}
    </ul>
  );
}

function percentOf(confidence: number): string {
  return `${(100 * confidence).toFixed(confidence < 0.1 ? 1 : 0)} %`;
}
