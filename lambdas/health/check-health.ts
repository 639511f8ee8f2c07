import type { Ports } from '../../core/ports.ts';

/** A key and an id that never exist. To learn that is an answer. */
const NOTHING = 'health-check';

/** Sends a small request to everything that an image needs. Returns what did not answer, and why. */
export async function checkHealth({
  catalog,
  objects,
  queue,
  settings: { sourceBucket, processedBucket },
}: Pick<Ports, 'catalog' | 'objects' | 'queue' | 'settings'>): Promise<Map<string, unknown>> {
  const requests: [name: string, request: () => Promise<unknown>][] = [
    ['catalog', () => catalog.get(NOTHING)],
    ['source bucket', () => objects.head({ bucket: sourceBucket, key: NOTHING })],
    ['processed bucket', () => objects.head({ bucket: processedBucket, key: NOTHING })],
    ['ingest queue', () => queue.backlog('ingest')],
    ['parts queue', () => queue.backlog('parts')],
  ];
  const silent = new Map<string, unknown>();
  await Promise.all(
    requests.map(([name, request]) => request().catch((error: unknown) => silent.set(name, error))),
  );
  return silent;
}
