import { Link } from 'wouter';
import type { Trend } from '../../client/types.ts';
import { INSIGHTS } from '../texts-on-demand.ts';
import { addressOf } from './day-address.ts';
import { newestFirst } from './series.ts';

interface TrendTableProps {
  /** Of the chart. */
  name: string;
  trends: readonly Trend[];
  all: boolean;
  /** Beside day, recipe and images. */
  columns: readonly { name: string; valueOf(trend: Trend): string | undefined }[];
}

/** The figures of a chart. Each day leads to its images. */
export function TrendTable({ name, trends, all, columns }: TrendTableProps) {
  const { day, recipe, images } = INSIGHTS.columns;
  return (
    <details>
      <summary>{INSIGHTS.table}</summary>
      <div className="table">
        <table>
          <caption className="visually-hidden">{name}</caption>
          <thead>
            <tr>
              <th scope="col">{day}</th>
              <th scope="col">{recipe}</th>
              <th scope="col">{images}</th>
              {columns.map((column) => (
                <th scope="col" key={column.name}>
                  {column.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {newestFirst(trends).map((trend) => (
              <tr key={`${trend.day} ${trend.recipe}`}>
                <td>
                  <Link
                    href={addressOf(trend.day, { state: 'COMPLETE', recipe: trend.recipe, all })}
                    title={INSIGHTS.openDay(trend.day)}
                  >
                    {trend.day}
                  </Link>
                </td>
                <td>{trend.recipe}</td>
                <td>{trend.images.toLocaleString()}</td>
                {columns.map((column) => (
                  <td key={column.name}>{column.valueOf(trend) ?? '–'}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
