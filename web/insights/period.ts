const DAY_MS = 86_400_000;

export const PERIODS = [7, 30, 90] as const;

/** Days in UTC, as `2026-01-31`, both included. */
export interface Period {
  from: string;
  to: string;
}

/** The last days up to today. */
export function lastDays(days: number, now = Date.now()): Period {
  return { from: dayOf(now - (days - 1) * DAY_MS), to: dayOf(now) };
}

/** Every day of a period, in order. */
export function daysOf({ from, to }: Period): string[] {
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  return Array.from({ length: days }, (_, index) => dayOf(Date.parse(from) + index * DAY_MS));
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
