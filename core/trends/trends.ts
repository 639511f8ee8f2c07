import type { ImageRecord } from '../pipeline/record.ts';

type RecordedQuality = NonNullable<ImageRecord['quality']>;

/** The measures of a run whose trends are shown. A picture that is identical has no PSNR, and a comparison may lack. */
export const MEASURES = {
  encodeSsim: ({ encode }) => encode.ssim,
  encodePsnrDb: ({ encode }) => encode.psnrDb,
  encodeScore: ({ encode }) => encode.ssimulacra2 ?? null,
  detailSsim: ({ detail }) => detail?.ssim ?? null,
  detailPsnrDb: ({ detail }) => detail?.psnrDb ?? null,
  enhanceSsim: ({ enhance }) => enhance.ssim,
  enhancePsnrDb: ({ enhance }) => enhance.psnrDb,
} as const satisfies Record<string, (quality: RecordedQuality) => number | null>;
export type Measure = keyof typeof MEASURES;

/** How one measure is spread: by the nearest rank, so that each figure is one that an image has. */
interface Spread {
  /** Images that have the measure. */
  count: number;
  p10: number;
  median: number;
}

/** The images that were uploaded on a day and are COMPLETE by a recipe. */
export interface Trend {
  /** `2026-11-30`, UTC. */
  day: string;
  recipe: string;
  /** Null: of everybody. */
  owner: string | null;
  images: number;
  measures: Partial<Record<Measure, Spread>>;
}

export interface TrendQuery {
  /** Null: of everybody together. */
  owner: string | null;
  /** Days, both included. */
  from: string;
  to: string;
}

/** The values of all measures, in the order of {@link MEASURES}. */
export type Values = readonly (number | null)[];

/** What of an image counts for trends. */
export interface Measured {
  recipe: string;
  owner: string | undefined;
  values: Values;
}

/** The day of an upload. */
export function dayOf(iso: string): string {
  return iso.slice(0, 10);
}

/** What of an image counts for trends; undefined unless it is COMPLETE. */
export function measuredOf({ state, quality, recipe, owner }: ImageRecord): Measured | undefined {
  if (state !== 'COMPLETE' || quality === undefined || recipe === undefined) return undefined;
  return { recipe: recipe.name, owner, values: Object.values(MEASURES).map((of) => of(quality)) };
}

/** The trends of one day, for each owner and for everybody, from all images of that day. */
export function trendsOf(day: string, images: readonly Measured[]): Trend[] {
  const everybody = images.map((image) => ({ ...image, owner: null }));
  const ofOwners = images.filter(({ owner }) => owner !== undefined);
  const groups = Map.groupBy([...everybody, ...ofOwners], ({ recipe, owner }) =>
    JSON.stringify([recipe, owner]),
  );
  return [...groups.values()].map((group) => {
    const { recipe = '', owner = null } = group[0] ?? {};
    return { day, recipe, owner, images: group.length, measures: spreadsOf(group) };
  });
}

/** By day, then by recipe. */
export function compareTrends(a: Trend, b: Trend): number {
  const [first, second] = [a.day + a.recipe, b.day + b.recipe];
  return first < second ? -1 : Number(first > second);
}

function spreadsOf(images: readonly { values: Values }[]): Trend['measures'] {
  const spreads = Object.keys(MEASURES).map((measure, index) => {
    return [measure, spreadOf(images.map(({ values }) => values[index] ?? null))] as const;
  });
  return Object.fromEntries(spreads.filter(([, spread]) => spread !== undefined));
}

function spreadOf(values: Values): Spread | undefined {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  const count = sorted.length;
  const rank = (share: number) => sorted[Math.ceil(share * count) - 1];
  const [p10, median] = [rank(0.1), rank(0.5)];
  return p10 === undefined || median === undefined ? undefined : { count, p10, median };
}
