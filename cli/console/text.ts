/*
 * File names are text by other people. On a terminal they must not move the cursor or change the direction of a line.
 */

/** Control characters, line separators and the marks that change the direction of text. */
const UNSAFE = /[\p{Cc}\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF]/gu;

/** The text without characters that would change a terminal or a page; U+FFFD replaces them. */
export function printable(text: string): string {
  return text.toWellFormed().replace(UNSAFE, '\uFFFD');
}

/** Characters that terminals draw two columns wide: East Asian wide ones and most emoji. */
const WIDE =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}/u;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** The width of the text on a terminal, in columns. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const { segment } of graphemes.segment(text)) columns += WIDE.test(segment) ? 2 : 1;
  return columns;
}

/** The text in at most that number of columns. A longer text loses its middle: the ends of a path say the most. */
export function fitColumns(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  const all = [...graphemes.segment(text)].map(({ segment }) => segment);
  const tail = take(all.toReversed(), Math.ceil((columns - 1) / 2)).toReversed();
  const head = take(all, columns - 1 - columnsOf(tail.join('')));
  return `${head.join('')}…${tail.join('')}`;
}

function take(segments: string[], columns: number): string[] {
  let used = 0;
  const end = segments.findIndex((segment) => {
    used += columnsOf(segment);
    return used > columns;
  });
  return end < 0 ? segments : segments.slice(0, end);
}
