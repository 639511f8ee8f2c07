import type { Trend } from '../../client/types.ts';

export const SHOWN_MEASURES = ['encodeScore', 'encodeSsim', 'encodePsnrDb'] as const;
export type ShownMeasure = (typeof SHOWN_MEASURES)[number];

/** A line or a layer of bars: a value for each day, null where there is none. */
export interface Series {
  recipe: string;
  isDashed: boolean;
  values: (number | null)[];
}

/** The recipes of the trends, by name: the place of each is its colour. */
export function recipesOf(trends: readonly Trend[]): string[] {
  return [...new Set(trends.map(({ recipe }) => recipe))].sort();
}

/** For each recipe, the median, and dashed the p10. */
export function qualitySeries(
  trends: readonly Trend[],
  days: readonly string[],
  measure: ShownMeasure,
): Series[] {
  return recipesOf(trends).flatMap((recipe) =>
    (['median', 'p10'] as const).map((rank) => {
      const values = valuesOf(trends, days, recipe, ({ measures }) => measures[measure]?.[rank] ?? null);
      return { recipe, isDashed: rank === 'p10', values };
    }),
  );
}

/** The images of each day, one recipe on the other: each layer begins where the one before ends, the highest first. */
export function volumeLayers(trends: readonly Trend[], days: readonly string[]): Series[] {
  const sums = days.map(() => 0);
  const layers = recipesOf(trends).map((recipe) => {
    const counts = valuesOf(trends, days, recipe, ({ images }) => images);
    const values = counts.map((count, index) => {
      sums[index] = (sums[index] ?? 0) + (count ?? 0);
      return count === null ? null : sums[index];
    });
    return { recipe, isDashed: false, values };
  });
  return layers.reverse();
}

/** Of the days that have images, the newest first. */
export function newestFirst(trends: readonly Trend[]): Trend[] {
  return trends.toSorted((a, b) => (a.day === b.day ? compare(a.recipe, b.recipe) : compare(b.day, a.day)));
}

function valuesOf(
  trends: readonly Trend[],
  days: readonly string[],
  recipe: string,
  value: (trend: Trend) => number | null,
): (number | null)[] {
  const ofDay = new Map(trends.filter((trend) => trend.recipe === recipe).map((trend) => [trend.day, trend]));
  return days.map((day) => {
    const trend = ofDay.get(day);
    return trend === undefined ? null : value(trend);
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
