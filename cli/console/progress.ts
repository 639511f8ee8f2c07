import { fitColumns, printable } from './text.ts';

/** A progress line. On a terminal it is rewritten in place; in a file or a pipe a new line appears every few seconds. */
export interface Progress {
  show(line: string): void;
  /** Prints whole lines above the progress line. Control characters are replaced. */
  print(...lines: string[]): void;
  /** Removes the progress line. */
  clear(): void;
}

const REDRAW_MS = 100;
const PLAIN_EVERY_MS = 5000;

/** The progress line on a stream such as `process.stderr`. */
export function progressOn(stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? rewritten(stream) : plain(stream);
}

function rewritten(stream: NodeJS.WriteStream): Progress {
  let current = '';
  let drawnAtMs = 0;
  const draw = () => {
    stream.write(`\r\u001B[2K${fitColumns(current, stream.columns - 1)}`);
    drawnAtMs = Date.now();
  };
  const clear = () => {
    if (drawnAtMs > 0) stream.write('\r\u001B[2K');
    drawnAtMs = 0;
  };
  return {
    show(line) {
      current = line;
      if (Date.now() - drawnAtMs >= REDRAW_MS) draw();
    },
    print(...lines) {
      const wasShown = drawnAtMs > 0;
      clear();
      for (const line of lines) stream.write(`${printable(line)}\n`);
      if (wasShown) draw();
    },
    clear,
  };
}

/** For a file or a pipe: no control characters, and one line every few seconds. */
function plain(stream: NodeJS.WriteStream): Progress {
  let shownAtMs = Date.now();
  return {
    show(line) {
      if (Date.now() - shownAtMs < PLAIN_EVERY_MS) return;
      shownAtMs = Date.now();
      stream.write(`${line}\n`);
    },
    print(...lines) {
      for (const line of lines) stream.write(`${printable(line)}\n`);
    },
    clear() {},
  };
}
