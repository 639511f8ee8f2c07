import type { BrowserContext, Route } from 'playwright-core';
import type { ImagePage, ImageState, ImageView } from '../../../client/types.ts';

const START = Date.parse('2026-05-01T08:00:00.000Z');
const SHAPES = [
  [6000, 4000],
  [4000, 6000],
  [4000, 3000],
  [12_000, 3000],
  [1080, 1080],
] as const;

/** One of many images that no pipeline has processed. */
export function madeImage(number: number, more: Partial<ImageView> = {}): ImageView {
  const [widthPx, heightPx] = SHAPES[number % SHAPES.length] ?? SHAPES[0];
  const output = { bucket: 'outputs', key: `processed/${number}.jpg`, contentType: 'image/jpeg' };
  return {
    imageId: number.toString(16).padStart(64, '0'),
    run: 1,
    attempt: 1,
    state: 'COMPLETE',
    revision: 9,
    owner: 'laptop',
    fileName: `DSC_${String(number).padStart(5, '0')}.jpg`,
    album: null,
    capturedAt: null,
    thumbhash: '3OcRJYB4d3h/iIeHeEh3eIhw+j2w',
    deletedAt: null,
    progress: { finished: ['processed'], expected: ['processed'] },
    source: {
      bucket: 'inbox',
      key: `${number}.jpg`,
      versionId: '1',
      bytes: 4e6,
      widthPx,
      heightPx,
      format: 'jpeg',
    },
    outputs: [{ ...output, variant: 'processed', widthPx: 256, heightPx: 256, bytes: 20_000 }],
    warnings: [],
    quality: null,
    encoding: null,
    hasDetails: false,
    labels: null,
    recipe: 'augment',
    timingsMs: {},
    computeMs: 90,
    reason: null,
    createdAt: new Date(START - number * 60_000).toISOString(),
    endedAt: new Date(START - number * 60_000 + 500).toISOString(),
    ...more,
  };
}

/** A stub of the listing and its links over made images. Everything else goes to the server. */
export async function serveMadeImages(
  context: BrowserContext,
  images: readonly ImageView[],
  picture: Buffer,
): Promise<{ links: number[]; aborted: number }> {
  const seen = { links: [] as number[], aborted: 0 };
  await context.route('**/api/v1/images?*', (route) => answerList(route, images));
  await context.route('**/api/v1/images/*', (route) => {
    const imageId = new URL(route.request().url()).pathname.split('/').at(-1);
    const found = images.find((image) => image.imageId === imageId);
    return found
      ? route.fulfill({ json: { ...found, history: [] } })
      : route.fulfill({ status: 404, json: {} });
  });
  await context.route('**/api/v1/links', (route) => {
    const { items } = route.request().postDataJSON() as { items: { imageId: string; variant: string }[] };
    seen.links.push(items.length);
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const links = items.map((item) => {
      const origin = new URL(route.request().url()).origin;
      return { ...item, url: `${origin}/made/${item.imageId}/${item.variant}`, expiresAt };
    });
    return route.fulfill({ json: { links } }).catch(() => {
      seen.aborted += 1;
    });
  });
  await context.route('**/made/**', (route) => route.fulfill({ body: picture, contentType: 'image/webp' }));
  return seen;
}

function answerList(route: Route, images: readonly ImageView[]): Promise<void> {
  const query = new URL(route.request().url()).searchParams;
  const state = query.get('state') as ImageState | null;
  const name = query.get('name')?.toLowerCase();
  const inTrash = query.get('trash') === 'true';
  const found = images.filter(
    (image) =>
      (state === null || image.state === state) &&
      (name === undefined || image.fileName.toLowerCase().includes(name)) &&
      (image.deletedAt !== null) === inTrash,
  );
  const [at, limit] = [Number(query.get('cursor') ?? 0), Number(query.get('limit'))];
  const next = at + limit < found.length ? String(at + limit) : null;
  const total = at === 0 ? { count: found.length, isExact: true } : null;
  const page: ImagePage = { images: found.slice(at, at + limit), next, total };
  return route.fulfill({ json: page });
}
