import { BROKEN_PIPE_STATUS, onBrokenPipe } from '../console/broken-pipe.ts';

/** What a shell expects of a program that Ctrl-C ended: 128 and the number of SIGINT. */
const INTERRUPTED = 130;

/** What ends a command before its work is done: Ctrl-C, SIGTERM, or a reader of its output that has gone. */
export interface Interruption {
  /** Aborted when that happens. */
  signal: AbortSignal;
  /** Resolves, with the exit status, when that happens. */
  status: Promise<number>;
  /** From here on, signals have their usual effect again. */
  release(): void;
}

/** Lets a command finish what is in hand. `onSignal` runs at the first Ctrl-C; the second ends the process at once. */
export function onInterruption(onSignal: () => void): Interruption {
  const { promise: status, resolve } = Promise.withResolvers<number>();
  const controller = new AbortController();
  const stop = (exitStatus: number) => {
    controller.abort();
    resolve(exitStatus);
  };
  const onInterrupt = () => {
    process.once('SIGINT', () => process.exit(INTERRUPTED));
    onSignal();
    stop(INTERRUPTED);
  };
  process.once('SIGINT', onInterrupt);
  process.once('SIGTERM', onInterrupt);
  onBrokenPipe(() => stop(BROKEN_PIPE_STATUS));
  return {
    signal: controller.signal,
    status,
    release() {
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', onInterrupt);
    },
  };
}
