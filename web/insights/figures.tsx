import { useMemo } from 'react';
import type { Trend } from '../../client/types.ts';
import { INSIGHTS } from '../texts-on-demand.ts';
import { daysOf, type Period } from './period.ts';
import { QualityCharts } from './quality-charts.tsx';
import { RejectionTable } from './rejection-table.tsx';
import type { Rejections } from './rejections.ts';
import { recipesOf } from './series.ts';
import { colourToken } from './use-colours.ts';
import { VolumeChart } from './volume-chart.tsx';

interface FiguresProps {
  trends: readonly Trend[];
  rejections: Rejections;
  period: Period;
  all: boolean;
}

/** The charts of a period, with their tables. */
export function Figures({ trends, rejections, period, all }: FiguresProps) {
  const days = useMemo(() => daysOf(period), [period]);
  if (trends.length === 0 && rejections.count === 0) {
    return (
      <section>
        <h2>{INSIGHTS.empty}</h2>
        <p className="secondary">{INSIGHTS.emptyHint}</p>
      </section>
    );
  }
  const complete = trends.reduce((sum, { images }) => sum + images, 0);
  const { count, isComplete } = rejections;
  return (
    <>
      <p className="summary">
        {INSIGHTS.summary(complete, isComplete ? count.toLocaleString() : INSIGHTS.atLeast(count))}{' '}
        <span className="secondary dense">{INSIGHTS.lag}</span>
      </p>
      {trends.length > 0 && (
        <>
          <section aria-labelledby="quality-title">
            <h2 id="quality-title">{INSIGHTS.quality}</h2>
            <p className="secondary">{INSIGHTS.qualityHint}</p>
            <Legend recipes={recipesOf(trends)} />
            <QualityCharts trends={trends} days={days} all={all} />
          </section>
          <section aria-labelledby="volume-title">
            <h2 id="volume-title">{INSIGHTS.volume}</h2>
            <p className="secondary">{INSIGHTS.volumeHint}</p>
            <VolumeChart trends={trends} days={days} all={all} />
          </section>
        </>
      )}
      <section aria-labelledby="rejections-title">
        <h2 id="rejections-title">{INSIGHTS.rejections}</h2>
        <p className="secondary">{INSIGHTS.rejectionsHint}</p>
        <RejectionTable rejections={rejections} period={period} all={all} />
      </section>
    </>
  );
}

/** The colour of each recipe, in all charts. */
function Legend({ recipes }: { recipes: readonly string[] }) {
  return (
    <ul className="legend" aria-label={INSIGHTS.recipes}>
      {recipes.map((recipe, index) => (
        <li key={recipe}>
          <i style={{ background: `var(${colourToken(index)})` }} />
          {recipe}
        </li>
      ))}
    </ul>
  );
}
