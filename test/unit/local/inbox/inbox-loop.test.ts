import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { inboxLoop } from '../../../../local/inbox/inbox-loop.ts';
import type { ScanReport } from '../../../../local/inbox/scan.ts';
import type { Loop } from '../../../../local/worker/loop.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const temporary = temporaryFolder();
let loop: Loop | undefined;

afterEach(async () => {
  await loop?.stop();
  temporary[Symbol.dispose]();
});

it('scans again where a folder was listed before it was watched', async () => {
  mkdirSync(join(temporary.path, 'album'));
  const reports: ScanReport[] = [];
  const scan = async (): Promise<ScanReport> => {
    const folders = new Set(reports.length === 0 ? [''] : ['', 'album']);
    // Comes after the listing, and before anybody watches the folder.
    writeFileSync(join(temporary.path, 'album', `${reports.length}.jpg`), '');
    return { taken: 0, unstable: 0, folders };
  };
  loop = inboxLoop({
    directory: temporary.path,
    scanner: { scan },
    onScanned: (report) => reports.push(report),
    onError: (error) => expect.unreachable(String(error)),
  });
  loop.start();
  // One scan for each folder that was new, and one more. The regular scan would come after five seconds.
  await vi.waitFor(() => expect(reports).toHaveLength(3), 3000);
});
