import { columnsOf, fitColumns } from './text.ts';

export interface Column {
  title: string;
  align?: 'right';
  /** Where the table is wider than the terminal, these cells lose their middles, down to 12 columns. */
  shrinks?: true;
}

const GAP = '  ';
const NARROWEST = 12;

/**
 * The rows as lines under a heading, in columns.
 *
 * @param width columns of the terminal; without it, as for a file or a pipe, nothing is cut
 */
export function formatTable(columns: readonly Column[], rows: readonly string[][], width?: number): string[] {
  const titles = columns.map(({ title }) => title);
  const natural = columns.map((_, index) =>
    Math.max(...[titles, ...rows].map((row) => columnsOf(row[index] ?? ''))),
  );
  const widths = width === undefined ? natural : shrink(columns, natural, width);
  const rule = widths.map((columnWidth) => '─'.repeat(columnWidth));
  return [titles, rule, ...rows].map((row) =>
    columns
      .map(({ align }, index) =>
        pad(fitColumns(row[index] ?? '', widths[index] ?? 0), widths[index] ?? 0, align),
      )
      .join(GAP)
      .trimEnd(),
  );
}

/** Makes the columns narrower that may shrink, the widest first, until the table fits. */
function shrink(columns: readonly Column[], natural: readonly number[], width: number): number[] {
  const widths = [...natural];
  let excess =
    widths.reduce((sum, columnWidth) => sum + columnWidth, GAP.length * (widths.length - 1)) - width;
  while (excess > 0) {
    const candidates = widths.map((columnWidth, index) => (columns[index]?.shrinks ? columnWidth : 0));
    const widest = Math.max(...candidates);
    if (widest <= NARROWEST) break;
    widths[candidates.indexOf(widest)] = widest - 1;
    excess -= 1;
  }
  return widths;
}

function pad(text: string, width: number, align: Column['align']): string {
  const space = ' '.repeat(Math.max(width - columnsOf(text), 0));
  return align === 'right' ? space + text : text + space;
}
