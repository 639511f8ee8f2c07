import { createHash } from 'node:crypto';
import type { ListPosition, ListQuery } from '../../core/listing.ts';
import type { ImageRecord } from '../../core/pipeline/record.ts';
import { openDatabase } from '../../local/adapters/database.ts';
import { SqliteCatalog } from '../../local/adapters/sqlite-catalog.ts';
import { inTemporaryFolder } from '../temporary-folder.ts';

/*
 * Pages of the laptop's catalog with 50,000 images of one owner, 500 of them in an album: `npm run bench:listing`. It fails
 * where the slowest page of a listing takes 100 ms or more.
 */

const IMAGES = 50_000;
const IN_ALBUM = 500;
const LIMIT = 100;
const SLOWEST_MS = 100;

function recordOf(serial: number): ImageRecord {
  const createdAt = new Date(Date.UTC(2026, 0, 1) + 60_000 * serial).toISOString();
  return {
    imageId: createHash('sha256').update(String(serial)).digest('hex'),
    run: 1,
    attempt: 1,
    state: serial % 50 === 0 ? 'FAILED' : 'COMPLETE',
    revision: 7,
    source: {
      bucket: 'inbox',
      key: `uploads/ann/${serial}/DSC_${serial}.jpg`,
      versionId: 'v',
      bytes: 4e6,
      modifiedAt: createdAt,
    },
    fileName: `DSC_${serial}.jpg`,
    owner: 'ann',
    ...(serial % (IMAGES / IN_ALBUM) === 0 ? { album: 'Wedding', capturedAt: createdAt.slice(0, 19) } : {}),
    finished: {},
    warnings: ['What a record of one kilobyte takes, as those of real images do. '.repeat(12)],
    startCount: 0,
    repairs: 0,
    computeMs: 300,
    createdAt,
  };
}

const scope = { kind: 'owner', owner: 'ann', inTrash: false } as const;
const LISTINGS: Record<string, ListQuery> = {
  'an owner': { scope },
  'all images': { scope: { kind: 'all', inTrash: false } },
  'an album': { scope: { kind: 'album', owner: 'ann', album: 'Wedding' } },
  'the failures of an owner': { scope, states: ['FAILED'] },
  'a name that no image has': { scope, name: 'holiday' },
  'the end of a name': { scope, name: '999.jpg' },
};

await inTemporaryFolder(async (folder) => {
  const database = openDatabase(folder);
  const catalog = new SqliteCatalog(database);
  for (let serial = 0; serial < IMAGES; serial += 1) await catalog.create(recordOf(serial));
  for (const [name, query] of Object.entries(LISTINGS)) {
    const times: number[] = [];
    let [after, images]: [ListPosition | undefined, number] = [undefined, 0];
    do {
      const startedAt = performance.now();
      const page = await catalog.list(query, after, LIMIT);
      times.push(performance.now() - startedAt);
      images += page.records.length;
      after = page.next;
    } while (after);
    const startedAt = performance.now();
    await catalog.count(query);
    const countMs = performance.now() - startedAt;
    const slowest = Math.max(...times);
    const median = times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0;
    console.log(
      `${name}: ${images} images in ${times.length} pages, median ${median.toFixed(1)} ms, slowest ${slowest.toFixed(1)} ms; count ${countMs.toFixed(1)} ms`,
    );
    if (slowest >= SLOWEST_MS) process.exitCode = 1;
  }
  database.close();
});
