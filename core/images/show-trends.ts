import { type Principal, requireAction } from '../access.ts';
import type { ApiPorts } from '../ports.ts';
import { dayOf, type Trend } from '../trends/trends.ts';
import { InvalidFieldError } from '../validation.ts';

/** Days of one answer: a quarter. */
const MAX_DAYS = 92;
const DEFAULT_DAYS = 30;
const DAY_MS = 86_400_000;

export interface TrendRequest {
  /** Days, both included; the last 30 where absent. */
  from?: string | undefined;
  to?: string | undefined;
  /** Of everybody together. */
  all?: boolean | undefined;
  /** Of that user or machine. */
  owner?: string | undefined;
}

/**
 * How the measures of a principal's images develop, by day of the upload and by recipe.
 *
 * @throws ForbiddenError; InvalidFieldError where the days are too many or contradict each other
 */
export async function showTrends(
  { trends, clock }: ApiPorts,
  principal: Principal,
  request: TrendRequest,
): Promise<Trend[]> {
  const { all = false, owner = principal.id } = request;
  requireAction(principal, all || owner !== principal.id ? 'list-all' : 'list-own');
  if (all && request.owner !== undefined) throw new InvalidFieldError('all', 'expected no owner beside it');
  const to = request.to ?? dayOf(clock.now().toISOString());
  const from = request.from ?? dayOf(new Date(Date.parse(to) - (DEFAULT_DAYS - 1) * DAY_MS).toISOString());
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  if (days < 1 || days > MAX_DAYS) {
    throw new InvalidFieldError('from', `expected 1 to ${MAX_DAYS} days up to ${to}, received ${days}`);
  }
  return trends.read({ owner: all ? null : owner, from, to });
}
