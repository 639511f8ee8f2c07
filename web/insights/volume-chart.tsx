import { useMemo } from 'react';
import { useLocation } from 'wouter';
import type { Trend } from '../../client/types.ts';
import { INSIGHTS } from '../texts-on-demand.ts';
import { addressOf } from './day-address.ts';
import { DayChart } from './day-chart.tsx';
import { recipesOf, volumeLayers } from './series.ts';
import { TrendTable } from './trend-table.tsx';

/** The images of each day, by recipe. */
export function VolumeChart(props: { trends: readonly Trend[]; days: readonly string[]; all: boolean }) {
  const { trends, days, all } = props;
  const [, navigate] = useLocation();
  const series = useMemo(() => volumeLayers(trends, days), [trends, days]);
  const recipes = useMemo(() => recipesOf(trends), [trends]);
  return (
    <figure>
      <DayChart
        kind="bars"
        name={INSIGHTS.imagesADay}
        days={days}
        series={series}
        recipes={recipes}
        digits={0}
        onOpen={(day) => navigate(addressOf(day, { all }))}
        wordsOf={({ recipe }, index) => {
          const found = trends.find((each) => each.recipe === recipe && each.day === days[index]);
          return found && `${recipe} ${found.images}`;
        }}
      />
      <TrendTable name={INSIGHTS.imagesADay} trends={trends} all={all} columns={[]} />
    </figure>
  );
}
