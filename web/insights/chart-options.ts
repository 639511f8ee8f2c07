import uPlot from 'uplot';
import type { Series } from './series.ts';
import { type Colours, colourToken } from './use-colours.ts';

export interface ChartShape {
  kind: 'lines' | 'bars';
  series: readonly Series[];
  /** The place of each recipe is its colour. */
  recipes: readonly string[];
  /** Of values on the axis and beside the chart. */
  digits: number;
}

export interface ChartEvents {
  /** The day under the pointer, as its place; undefined where it left. */
  onPoint(index: number | undefined): void;
  onOpen(index: number): void;
}

const FONT = '12px system-ui, sans-serif';
const HEIGHT_PX = 200;
const DAY_S = 86_400;
/** Counts are whole. */
const WHOLE = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000, 100_000];

/** How uPlot draws a chart over days. */
export function chartOptions(
  { kind, series, recipes, digits }: ChartShape,
  colours: Colours,
  widthPx: number,
  { onPoint, onOpen }: ChartEvents,
): uPlot.Options {
  const axis = {
    stroke: colours.of('--text-2'),
    font: FONT,
    grid: { stroke: colours.of('--line'), width: 1 },
    ticks: { stroke: colours.of('--line'), width: 1 },
  };
  const isBars = kind === 'bars';
  return {
    width: widthPx,
    height: HEIGHT_PX,
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, y: false, points: { show: !isBars } },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    scales: {
      // The first and the last day are as wide as the others.
      x: { range: (_, first, last) => [first - DAY_S / 2, last + DAY_S / 2] },
      y: { range: (_, low, high) => (isBars ? countRange(high) : valueRange(low, high, digits)) },
    },
    axes: [
      { ...axis, size: 32, grid: { show: false }, values: (_, seconds) => seconds.map(dayLabel), space: 64 },
      {
        ...axis,
        size: 56,
        values: (_, values) => values.map((value) => value.toFixed(digits)),
        ...(isBars ? { incrs: WHOLE } : {}),
      },
    ],
    series: [{}, ...series.map((each) => seriesOptions(each, recipes, colours, isBars))],
    hooks: {
      setCursor: [({ cursor: { idx } }) => onPoint(idx ?? undefined)],
      ready: [
        ({ over, cursor }) =>
          over.addEventListener('click', () => {
            if (cursor.idx !== null && cursor.idx !== undefined) onOpen(cursor.idx);
          }),
      ],
    },
  };
}

function seriesOptions(
  { recipe, isDashed }: Series,
  recipes: readonly string[],
  colours: Colours,
  isBars: boolean,
): uPlot.Series {
  const stroke = colours.of(colourToken(recipes.indexOf(recipe)));
  if (isBars) {
    const paths = uPlot.paths.bars?.({ size: [0.7, 48] });
    return { stroke, fill: stroke, points: { show: false }, ...(paths ? { paths } : {}) };
  }
  const points = {
    show: true,
    size: isDashed ? 5 : 7,
    stroke,
    fill: isDashed ? colours.of('--panel') : stroke,
  };
  return { stroke, width: 2, spanGaps: true, points, ...(isDashed ? { dash: [5, 4] } : {}) };
}

function countRange(high: number | null): [number, number] {
  return [0, Math.max(1, (high ?? 0) * 1.1)];
}

/** A measure begins where it has values: its differences are small. A single value stands in the middle. */
function valueRange(low: number | null, high: number | null, digits: number): [number, number] {
  if (low === null || high === null) return [0, 1];
  const padding = Math.max((high - low) * 0.15, 5 * 10 ** -digits);
  return [low - padding, high + padding];
}

function dayLabel(seconds: number): string {
  const date = new Date(seconds * 1000);
  // Between two days there is none.
  if (seconds % DAY_S !== 0) return '';
  return date.toLocaleDateString(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' });
}
