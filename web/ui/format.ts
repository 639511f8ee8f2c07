/** Numbers and times as people read them. */

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Decimal units, three digits: `1.25 MB`. */
export function bytesOf(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

export function dimensionsOf(widthPx: number | null, heightPx: number | null): string {
  return widthPx === null || heightPx === null ? '' : `${widthPx} × ${heightPx} px`;
}

const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });
const absolute = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const DAY_S = 86_400;

/** Relative up to a day, then in the user's own format. */
export function timeOf(iso: string, now = Date.now()): string {
  const seconds = Math.round((Date.parse(iso) - now) / 1000);
  if (Math.abs(seconds) < 45) return relative.format(0, 'second');
  if (Math.abs(seconds) < 2700) return relative.format(Math.round(seconds / 60), 'minute');
  if (Math.abs(seconds) < DAY_S) return relative.format(Math.round(seconds / 3600), 'hour');
  return absolute.format(new Date(iso));
}

/** A capture date names no time zone: it is shown as the camera had it. */
export function captureTimeOf(local: string): string {
  const [date = '', time = ''] = local.split('T');
  return `${date} ${time.slice(0, 5)}`.trim();
}

export function durationOf(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
