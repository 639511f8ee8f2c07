import { useMemo } from 'react';
import { useLocation } from 'wouter';
import type { Trend } from '../../client/types.ts';
import { INSIGHTS } from '../texts-on-demand.ts';
import { addressOf } from './day-address.ts';
import { DayChart } from './day-chart.tsx';
import { qualitySeries, recipesOf, SHOWN_MEASURES, type ShownMeasure } from './series.ts';
import { TrendTable } from './trend-table.tsx';

const DIGITS: Readonly<Record<ShownMeasure, number>> = { encodeScore: 1, encodeSsim: 3, encodePsnrDb: 1 };

interface TrendsProps {
  trends: readonly Trend[];
  days: readonly string[];
  all: boolean;
}

/** One chart for each measure, with its table. */
export function QualityCharts({ trends, days, all }: TrendsProps) {
  return (
    <div className="charts">
      {SHOWN_MEASURES.map((measure) => (
        <MeasureChart key={measure} measure={measure} trends={trends} days={days} all={all} />
      ))}
    </div>
  );
}

function MeasureChart({ measure, trends, days, all }: TrendsProps & { measure: ShownMeasure }) {
  const [, navigate] = useLocation();
  const series = useMemo(() => qualitySeries(trends, days, measure), [trends, days, measure]);
  const recipes = useMemo(() => recipesOf(trends), [trends]);
  const digits = DIGITS[measure];
  const name = INSIGHTS.measures[measure];
  return (
    <figure>
      <figcaption>{name}</figcaption>
      <DayChart
        kind="lines"
        name={name}
        days={days}
        series={series}
        recipes={recipes}
        digits={digits}
        onOpen={(day) => navigate(addressOf(day, { all }))}
        wordsOf={({ recipe, isDashed, values }, index) => {
          const value = values[index];
          const said = isDashed ? INSIGHTS.p10(recipe) : INSIGHTS.median(recipe);
          return typeof value === 'number' ? `${said} ${value.toFixed(digits)}` : undefined;
        }}
      />
      <TrendTable
        name={name}
        trends={trends}
        all={all}
        columns={(['median', 'p10'] as const).map((rank) => ({
          name: INSIGHTS.columns[rank],
          valueOf: ({ measures }) => measures[measure]?.[rank].toFixed(digits),
        }))}
      />
    </figure>
  );
}
