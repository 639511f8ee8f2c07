import type { Api } from '../../client/http.ts';
import type { ImageQuery, ImageView } from '../../client/types.ts';
import type { Period } from './period.ts';

/** As many as one page takes, and as many pages as a person waits for. */
const [PAGE, MAX_PAGES] = [200, 10];

export interface Rejections {
  /** Images by the code of the reason, the most frequent first. */
  byCode: (readonly [code: string, images: number])[];
  count: number;
  /** False where there are more. */
  isComplete: boolean;
}

/** Counts the rejected images of a period by their reason. */
export async function readRejections(
  api: Api,
  { from, to }: Period,
  all: boolean,
  signal: AbortSignal,
): Promise<Rejections> {
  const query: ImageQuery = {
    state: 'REJECTED',
    from: `${from}T00:00:00.000Z`,
    to: `${to}T23:59:59.999Z`,
    limit: PAGE,
    ...(all ? { all } : {}),
  };
  const images: ImageView[] = [];
  let cursor: string | null | undefined;
  for (let page = 0; page < MAX_PAGES && cursor !== null; page += 1) {
    const answer = await api.call('GET /images', { query: cursor ? { ...query, cursor } : query, signal });
    images.push(...answer.images);
    cursor = answer.next;
  }
  const groups = Map.groupBy(images, ({ reason }) => reason?.code ?? '');
  const byCode = [...groups].map(([code, group]) => [code, group.length] as const);
  return {
    byCode: byCode.toSorted(([, a], [, b]) => b - a),
    count: images.length,
    isComplete: cursor === null,
  };
}
