import type { Ports } from '../../core/ports.ts';

/** What is looked for, and never there: to be told so is an answer. */
const NOTHING = 'health-check';

/** Asks all that the work on an image needs for something small; gives back what did not answer, and why. */
export async function checkHealth({
  catalog,
  objects,
  queue,
  settings: { sourceBucket, processedBucket },
}: Pick<Ports, 'catalog' | 'objects' | 'queue' | 'settings'>): Promise<Map<string, unknown>> {
  const questions: [asked: string, question: () => Promise<unknown>][] = [
    ['catalog', () => catalog.get(NOTHING)],
    ['source bucket', () => objects.head({ bucket: sourceBucket, key: NOTHING })],
    ['processed bucket', () => objects.head({ bucket: processedBucket, key: NOTHING })],
    ['ingest queue', () => queue.backlog('ingest')],
    ['rotation queue', () => queue.backlog('parts')],
  ];
  const silent = new Map<string, unknown>();
  await Promise.all(
    questions.map(([asked, question]) => question().catch((reason: unknown) => silent.set(asked, reason))),
  );
  return silent;
}
