import type { StatementSync } from 'node:sqlite';
import type { TrendReader } from '../../core/ports.ts';
import {
  compareTrends,
  type Measured,
  type Trend,
  type TrendQuery,
  trendsOf,
} from '../../core/trends/trends.ts';
import type { Database } from './database.ts';

/** Trends from the measures of the images, which one index holds: always up to date, and nothing is kept. */
export class SqliteTrends implements TrendReader {
  readonly #database: Database;
  readonly #measured: StatementSync;

  constructor(database: Database) {
    this.#database = database;
    this.#measured = database.prepare(
      `SELECT substr(created_at, 1, 10) AS day, recipe, measures FROM images INDEXED BY images_measured
       WHERE measures IS NOT NULL AND created_at BETWEEN :from AND :to AND (:owner IS NULL OR owner = :owner)`,
    );
  }

  async read({ owner, from, to }: TrendQuery): Promise<Trend[]> {
    // The tilde is after every time of the day.
    const rows = this.#database.run(() => this.#measured.all({ from, to: `${to}~`, owner }));
    const days = new Map<string, Measured[]>();
    for (const { day, recipe, measures } of rows) {
      const image = {
        recipe: String(recipe),
        owner: owner ?? undefined,
        values: JSON.parse(String(measures)),
      };
      const ofDay = days.get(String(day));
      if (ofDay) ofDay.push(image);
      else days.set(String(day), [image]);
    }
    const trends = [...days].flatMap(([day, images]) => trendsOf(day, images));
    return trends.filter((trend) => trend.owner === owner).sort(compareTrends);
  }
}
