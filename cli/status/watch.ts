import { setTimeout as sleep } from 'node:timers/promises';
import { fitColumns } from '../console/text.ts';

/** Shows one report after the other. */
export interface Painter {
  show(lines: readonly string[]): void;
  /** Says why there is no new report. */
  problem(message: string): void;
  /** Keeps the last report visible, and restores the terminal. */
  end(): void;
}

const HIDE_CURSOR = '\u001B[?25l';
const SHOW_CURSOR = '\u001B[?25h';
const CLEAR_SCREEN = '\u001B[2J';
const TO_THE_TOP = '\u001B[H';
const CLEAR_REST_OF_LINE = '\u001B[K';
const CLEAR_BELOW = '\u001B[J';

/** For a terminal: each report replaces the one before. */
export function redrawnOn(stream: NodeJS.WriteStream): Painter {
  let report: readonly string[] | undefined;
  const draw = (lines: readonly string[]) => {
    const start = report === undefined ? HIDE_CURSOR + CLEAR_SCREEN : '';
    const shown = cutTo(stream.rows - 1, lines).map((line) => fitColumns(line, stream.columns));
    const drawn = shown.map((line) => `${line}${CLEAR_REST_OF_LINE}\n`).join('');
    stream.write(start + TO_THE_TOP + drawn + CLEAR_BELOW);
  };
  return {
    show(lines) {
      draw(lines);
      report = lines;
    },
    problem(message) {
      draw([message, ...(report ?? [])]);
    },
    end() {
      if (report) stream.write(SHOW_CURSOR);
    },
  };
}

/** For a file or a pipe: reports follow each other, and problems go elsewhere. */
export function appendedOn(stream: NodeJS.WriteStream, problem: (message: string) => void): Painter {
  return {
    show(lines) {
      stream.write(`${lines.join('\n')}\n`);
    },
    problem,
    end() {},
  };
}

/** One line too many would scroll the screen, and the next report would be drawn in the wrong place. */
function cutTo(rows: number, lines: readonly string[]): readonly string[] {
  if (lines.length <= rows) return lines;
  const shown = lines.slice(0, Math.max(rows - 1, 0));
  return [...shown, `… ${lines.length - shown.length} more lines in a higher window`];
}

/**
 * Shows a report again and again. Where a later look fails, its message is shown, and the next look may succeed.
 *
 * @param inWords the message of an error to continue after; undefined for every other error
 * @throws the error of the first look, and every error without such a message
 */
export async function watch(
  painter: Painter,
  everyMs: number,
  look: () => Promise<readonly string[]>,
  inWords: (error: unknown) => string | undefined,
): Promise<never> {
  painter.show(await look());
  for (;;) {
    await sleep(everyMs);
    try {
      painter.show(await look());
    } catch (error) {
      const message = inWords(error);
      if (message === undefined) throw error;
      painter.problem(message);
    }
  }
}
