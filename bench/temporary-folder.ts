import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** A new folder whose modules find sharp, as a bundle needs it; removed once the work in it is done. */
export async function inTemporaryFolder<Result>(
  work: (folder: string) => Promise<Result> | Result,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'darkroom-bench-'));
  try {
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(resolve(import.meta.dirname, '../node_modules/sharp'), join(folder, 'node_modules/sharp'));
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
