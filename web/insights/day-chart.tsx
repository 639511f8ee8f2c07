import 'uplot/dist/uPlot.min.css';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import uPlot from 'uplot';
import { INSIGHTS } from '../texts-on-demand.ts';
import { type ChartShape, chartOptions } from './chart-options.ts';
import type { Series } from './series.ts';
import { useColours } from './use-colours.ts';

interface DayChartProps extends ChartShape {
  name: string;
  days: readonly string[];
  /** What a series says of a day, in words. */
  wordsOf(series: Series, index: number): string | undefined;
  onOpen(day: string): void;
}

/** A chart over days: by pointer, it says the figures of a day and opens its images. For everybody else, there is the table. */
export function DayChart({ name, days, wordsOf, onOpen, kind, series, recipes, digits }: DayChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const colours = useColours();
  const widthPx = useWidth(place);
  const [pointed, setPointed] = useState<number>();
  const open = useRef(onOpen);
  open.current = onOpen;
  const shape = useMemo(() => ({ kind, series, recipes, digits }), [kind, series, recipes, digits]);
  useEffect(() => {
    if (place.current === null || widthPx === 0) return undefined;
    const events = {
      onPoint: setPointed,
      onOpen: (index: number) => open.current(days[index] ?? ''),
    };
    const seconds = days.map((day) => Date.parse(day) / 1000);
    const data: uPlot.AlignedData = [seconds, ...shape.series.map(({ values }) => values)];
    const chart = new uPlot(chartOptions(shape, colours, widthPx, events), data, place.current);
    return () => chart.destroy();
  }, [shape, days, colours, widthPx]);
  const said = pointed === undefined ? [] : series.flatMap((each) => wordsOf(each, pointed) ?? []);
  return (
    <div className="day-chart">
      <div ref={place} role="img" aria-label={INSIGHTS.chart(name)} />
      {pointed !== undefined && said.length > 0 && (
        <p className="pointed dense" aria-hidden>
          <b>{days[pointed]}</b> {said.join(' · ')}
        </p>
      )}
    </div>
  );
}

function useWidth(place: { current: HTMLElement | null }): number {
  const [widthPx, setWidth] = useState(0);
  useLayoutEffect(() => {
    if (place.current === null) return undefined;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [place]);
  return widthPx;
}
