/** As shells have it: 128 and the number of SIGINT. */
const STATUS = 130;

/** What Ctrl-C does to a command. */
export interface Interruption {
  /** Aborted by the first Ctrl-C, or by SIGTERM. */
  signal: AbortSignal;
  /** Resolves, with the exit status, when that happens. */
  status: Promise<number>;
  /** From here on signals do again what they always do. */
  release(): void;
}

/** Lets a command end in order: the first Ctrl-C is told to it, a second one ends the process at once. */
export function onInterruption(tell: () => void): Interruption {
  const { promise: status, resolve } = Promise.withResolvers<number>();
  const controller = new AbortController();
  const stop = () => {
    process.once('SIGINT', () => process.exit(STATUS));
    tell();
    controller.abort();
    resolve(STATUS);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  return {
    signal: controller.signal,
    status,
    release() {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
    },
  };
}
