import { Link } from 'wouter';
import { searchOf } from '../images/filter.ts';
import { INSIGHTS } from '../texts-on-demand.ts';
import type { Period } from './period.ts';
import type { Rejections } from './rejections.ts';

/** The reasons as bars, which are a table at the same time. */
export function RejectionTable(props: { rejections: Rejections; period: Period; all: boolean }) {
  const { rejections, period, all } = props;
  if (rejections.count === 0) return <p className="secondary">{INSIGHTS.noRejections}</p>;
  const { reason, images, share } = INSIGHTS.reasonColumns;
  const most = Math.max(...rejections.byCode.map(([, count]) => count));
  return (
    <>
      <div className="table">
        <table className="reasons">
          <caption className="visually-hidden">{INSIGHTS.rejections}</caption>
          <thead>
            <tr>
              <th scope="col">{reason}</th>
              <th scope="col">{images}</th>
              <th scope="col" className="bar-cell">
                <span className="visually-hidden">{share}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rejections.byCode.map(([code, count]) => (
              <tr key={code}>
                <th scope="row">{INSIGHTS.reasons[code] ?? code}</th>
                <td>{count.toLocaleString()}</td>
                <td className="bar-cell">
                  <div className="bar-of" style={{ width: `${(100 * count) / most}%` }} />
                  <span className="visually-hidden">{Math.round((100 * count) / rejections.count)} %</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p>
        <Link href={`/?${searchOf({ ...period, state: 'REJECTED', all })}`}>{INSIGHTS.showRejected}</Link>
      </p>
    </>
  );
}
