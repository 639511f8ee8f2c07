/** What a shell reports of a program that SIGPIPE ended: 128 and the number of the signal. */
export const BROKEN_PIPE_STATUS = 141;

let end = exit;

/**
 * Ends the process quietly once nobody reads its output any more, as after `darkroom … | head`. Node ignores SIGPIPE:
 * without this, the process would end with a stack trace.
 */
export function watchForBrokenPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      end();
    });
  }
}

/** Calls this instead of ending the process at once, for a command that has work to finish. */
export function onBrokenPipe(finish: () => void): void {
  end = () => {
    end = () => {};
    finish();
  };
}

function exit(): void {
  process.exit(BROKEN_PIPE_STATUS);
}
