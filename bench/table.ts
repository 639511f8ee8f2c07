/** A Markdown table, its columns as wide as their widest cell. The first column is text, the others are numbers. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) =>
    Math.max(3, ...[head, ...rows].map((row) => [...(row[column] ?? '')].length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, column) => pad(cells[column] ?? '', width, column > 0)).join(' | ')} |`;
  const rule = widths.map((width, column) => (column > 0 ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

function pad(text: string, width: number, right: boolean): string {
  const space = ' '.repeat(width - [...text].length);
  return right ? space + text : text + space;
}

/** Milliseconds and a ratio: `34 ms · 0.81×`. */
export function cell(ms: number | undefined, ratio?: number): string {
  if (ms === undefined) return '–';
  const time = ms < 1000 ? `${ms.toFixed(ms < 10 ? 1 : 0)} ms` : `${(ms / 1000).toFixed(2)} s`;
  if (ratio === undefined || !Number.isFinite(ratio)) return time;
  return `${time} · ${ratio < 10 ? ratio.toFixed(2) : ratio.toFixed(0)}×`;
}
