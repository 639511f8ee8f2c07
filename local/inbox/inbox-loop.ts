import { Loop, pause } from '../worker/loop.ts';
import { FolderWatches } from './folder-watches.ts';
import type { InboxScanner, ScanReport } from './scan.ts';
import { STABLE_AFTER_MS } from './stable-files.ts';

export interface InboxLoopOptions {
  directory: string;
  scanner: Pick<InboxScanner, 'scan'>;
  onScanned(report: ScanReport): void;
  onError(error: unknown): void;
}

/** Network drives report no changes, so the inbox is scanned this often in any case. */
const RESCAN_MS = 5000;
/** Events come in bursts; one scan serves all of them. */
const GATHER_MS = 100;
/** A scan of a large inbox takes a while. After it the inbox is left alone for this multiple of that time. */
const REST = 3;

/** Scans the inbox when one of its folders changes, when an unstable file may be stable by now, and regularly. */
export function inboxLoop({ directory, scanner, onScanned, onError }: InboxLoopOptions): Loop {
  const watches = new FolderWatches(directory, () => loop.notify());
  let restMs = 0;
  const loop = new Loop({
    async step(stopping) {
      await pause(restMs, stopping);
      const startedMs = Date.now();
      const report = await scanner.scan(stopping);
      const watchesMore = !stopping.aborted && watches.follow(report.folders);
      onScanned(report);
      restMs = Math.max(GATHER_MS, REST * (Date.now() - startedMs));
      // A file may have come after its folder was listed, and before it was watched.
      if (watchesMore) return 0;
      return report.unstable > 0 ? STABLE_AFTER_MS : RESCAN_MS;
    },
    async finish() {
      watches.close();
    },
    onError,
  });
  return loop;
}
