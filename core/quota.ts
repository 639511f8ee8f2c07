import { QuotaError } from './errors.ts';
import type { Catalog, Clock } from './ports.ts';
import type { Amount } from './settings.ts';

const DAY_MS = 86_400_000;

/** What is counted, for whom, and how it is called. */
interface Use {
  /** Of all counters, the one of this user and this use. Owners' names have no slash. */
  counter: string;
  /** What there are many of, in the plural. */
  unit: 'images' | 'files';
  /** What to do instead, as an imperative: `Upload`. */
  verb: 'Upload' | 'Export';
}

/**
 * Counts what somebody is about to do against the quota of the day (UTC). Without a quota, nothing is counted.
 *
 * @throws QuotaError, without counting, where it would be more than the quota
 */
export async function countAgainstQuota(
  { catalog, clock }: { catalog: Pick<Catalog, 'countUse'>; clock: Clock },
  { counter, unit, verb }: Use,
  wanted: Amount,
  quota: Amount | undefined,
): Promise<void> {
  if (quota === undefined) return;
  const now = clock.now();
  const day = now.toISOString().slice(0, 10);
  if (await catalog.countUse(counter, day, wanted, quota)) return;
  throw new QuotaError(
    `Expected at most ${quota.count} ${unit} and ${quota.bytes} bytes a day (UTC); with these ${wanted.count} ${unit} and ` +
      `${wanted.bytes} bytes it would be more. ${verb} fewer, or tomorrow.`,
    Math.ceil((Date.parse(day) + DAY_MS - now.getTime()) / 1000),
  );
}
