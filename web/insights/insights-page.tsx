import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { useLocation, useSearch } from 'wouter';
import { asProblem } from '../../client/problem.ts';
import { useMe } from '../app/queries.ts';
import { useSession } from '../app/session.ts';
import { TEXTS } from '../texts.ts';
import { INSIGHTS } from '../texts-on-demand.ts';
import { FailuresSection } from './failures-section.tsx';
import { Figures } from './figures.tsx';
import { lastDays, PERIODS, type Period } from './period.ts';
import { readRejections } from './rejections.ts';

/** Quality, volume and rejections over time; for administrators also what has failed. */
export function InsightsPage() {
  const { data: me } = useMe();
  const [, navigate] = useLocation();
  const search = new URLSearchParams(useSearch());
  const days = PERIODS.find((each) => String(each) === search.get('days')) ?? 30;
  const mayAdminister = me?.kind === 'administrator' || me?.kind === 'laptop-owner';
  const all = me?.kind === 'administrator' && search.get('all') === 'true';
  useEffect(() => {
    document.title = `${INSIGHTS.title} – ${TEXTS.name}`;
  }, []);
  const show = (next: { days: number; all: boolean }) => {
    const query = new URLSearchParams({ days: String(next.days), ...(next.all ? { all: 'true' } : {}) });
    navigate(`/insights?${query}`, { replace: true });
  };
  return (
    <div className="insights">
      <header className="row">
        <h1>{INSIGHTS.title}</h1>
        <span className="push" />
        {me?.kind === 'administrator' && (
          <label className="row">
            <input type="checkbox" checked={all} onChange={() => show({ days, all: !all })} />
            {INSIGHTS.everybody}
          </label>
        )}
        <select
          className="input"
          aria-label={INSIGHTS.period}
          value={days}
          onChange={({ target }) => show({ days: Number(target.value), all })}
        >
          {PERIODS.map((each) => (
            <option key={each} value={each}>
              {INSIGHTS.days(each)}
            </option>
          ))}
        </select>
      </header>
      {me && <OfPeriod days={days} all={all} />}
      {mayAdminister && (
        <section aria-labelledby="failures-title">
          <h2 id="failures-title">{INSIGHTS.failures.title}</h2>
          <p className="secondary">{INSIGHTS.failures.hint}</p>
          <FailuresSection />
        </section>
      )}
    </div>
  );
}

function OfPeriod({ days, all }: { days: number; all: boolean }) {
  const period = useMemo(() => lastDays(days), [days]);
  const { data, error, refetch } = useFigures(period, all);
  if (data !== undefined) return <Figures {...data} period={period} all={all} />;
  if (error === null) {
    return (
      <p className="secondary" role="status">
        {INSIGHTS.loading}
      </p>
    );
  }
  return (
    <section role="alert">
      <h2>{INSIGHTS.problem}</h2>
      <p className="secondary">{asProblem(error).message}</p>
      <p>
        <button type="button" className="button" data-kind="primary" onClick={() => void refetch()}>
          {INSIGHTS.again}
        </button>
      </p>
    </section>
  );
}

function useFigures(period: Period, all: boolean) {
  const { api } = useSession();
  const query = { ...period, ...(all ? { all } : {}) };
  return useQuery({
    queryKey: ['figures', query],
    queryFn: async ({ signal }) => {
      const [{ trends }, rejections] = await Promise.all([
        api.call('GET /trends', { query, signal }),
        readRejections(api, period, all, signal),
      ]);
      return { trends, rejections };
    },
  });
}
