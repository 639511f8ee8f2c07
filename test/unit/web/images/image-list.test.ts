import { describe, expect, it } from 'vitest';
import type { Api } from '../../../../client/http.ts';
import { ProblemError } from '../../../../client/problem.ts';
import type { ImagePage, ImageQuery, ImageView, LiveMessage } from '../../../../client/types.ts';
import { ImageBook } from '../../../../web/images/image-book.ts';

const TIME = Date.parse('2026-05-01T10:00:00.000Z');

/** The image that was uploaded that many seconds after the first. */
function imageAt(second: number, more: Partial<ImageView> = {}): ImageView {
  return {
    imageId: String(second).padStart(64, '0'),
    run: 1,
    attempt: 1,
    state: 'COMPLETE',
    revision: 1,
    owner: 'laptop',
    fileName: `photo-${second}.jpg`,
    album: null,
    capturedAt: null,
    thumbhash: null,
    deletedAt: null,
    progress: { finished: [], expected: null },
    source: { bucket: 'b', key: 'k', versionId: 'v', bytes: 1, widthPx: 3, heightPx: 2, format: 'jpeg' },
    outputs: [],
    warnings: [],
    quality: null,
    encoding: null,
    hasDetails: false,
    labels: null,
    recipe: 'augment',
    timingsMs: {},
    computeMs: 0,
    reason: null,
    createdAt: new Date(TIME + second * 1000).toISOString(),
    endedAt: null,
    ...more,
  };
}

function message(image: ImageView, more: Partial<LiveMessage> = {}): LiveMessage {
  const { imageId, owner, run, attempt, revision, state, reason, fileName } = image;
  const type = 'image.progress';
  return {
    version: 1,
    type,
    imageId,
    owner,
    run,
    attempt,
    revision,
    state,
    finished: [],
    reason,
    fileName,
    ...more,
  };
}

/** An API over a list of images, newest first, that pages by two. */
function apiOver(server: { images: ImageView[]; isDown?: boolean }): Api & { calls: string[] } {
  const calls: string[] = [];
  const call = async (route: string, input: { query?: ImageQuery; path?: { imageId: string } } = {}) => {
    calls.push(route);
    if (server.isDown) throw new ProblemError({ status: 0, code: 'NETWORK_ERROR' });
    if (route === 'GET /images/{imageId}') {
      const found = server.images.find(({ imageId }) => imageId === input.path?.imageId);
      if (found === undefined) throw new ProblemError({ status: 404, code: 'NOT_FOUND' });
      return found;
    }
    const at = Number(input.query?.cursor ?? 0);
    const next = at + 2 < server.images.length ? String(at + 2) : null;
    const total = at === 0 ? { count: server.images.length, isExact: true } : null;
    return { images: server.images.slice(at, at + 2), next, total } satisfies ImagePage;
  };
  return { call: call as Api['call'], calls };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('a list of images', () => {
  it('reads page after page until all are there', async () => {
    const images = [5, 4, 3, 2, 1].map((second) => imageAt(second));
    const list = new ImageBook(apiOver({ images })).list({});
    expect(list.isComplete).toBeUndefined();
    await list.readAll();
    expect(list.ids).toEqual(images.map(({ imageId }) => imageId));
    expect([list.isComplete, list.total]).toEqual([true, { count: 5, isExact: true }]);
  });

  it('says why a page could not be read, and goes on from there', async () => {
    const server = { images: [3, 2, 1].map((second) => imageAt(second)), isDown: true };
    const list = new ImageBook(apiOver(server)).list({});
    await list.readAll();
    expect([list.problem?.code, list.ids]).toEqual(['NETWORK_ERROR', []]);
    server.isDown = false;
    await list.readAll();
    expect([list.problem, list.ids.length]).toEqual([undefined, 3]);
  });

  it('is the same for the same filter', () => {
    const book = new ImageBook(apiOver({ images: [] }));
    expect(book.list({ album: 'a', name: 'b' })).toBe(book.list({ name: 'b', album: 'a' }));
    expect(book.list({ album: 'a' })).not.toBe(book.list({ trash: true }));
  });

  it('takes in a new image where it belongs', async () => {
    const server = { images: [imageAt(9), imageAt(1)] };
    const book = new ImageBook(apiOver(server));
    const list = book.list({});
    await list.readAll();
    const between = imageAt(5, { state: 'RECEIVED' });
    server.images.splice(1, 0, between);
    book.apply(message(between));
    await settled();
    expect(list.ids).toEqual([imageAt(9), between, imageAt(1)].map(({ imageId }) => imageId));
    expect(list.total).toEqual({ count: 3, isExact: true });
  });

  it('sorts an album by capture date', async () => {
    const early = imageAt(9, { album: 'Trip', capturedAt: '2020-01-01T00:00:00' });
    const late = imageAt(1, { album: 'Trip', capturedAt: '2021-01-01T00:00:00' });
    const book = new ImageBook(apiOver({ images: [] }));
    const list = book.list({ album: 'Trip' });
    await list.readAll();
    for (const image of [late, early, imageAt(3)]) book.put(image);
    expect(list.ids).toEqual([early.imageId, late.imageId]);
  });

  it('lets an image go that no longer belongs, and that is gone', async () => {
    const server = { images: [imageAt(3), imageAt(2)] };
    const book = new ImageBook(apiOver(server));
    const [all, trash] = [book.list({}), book.list({ trash: true })];
    await Promise.all([all.readAll()]);
    book.put(imageAt(3, { revision: 2, deletedAt: '2026-05-02T00:00:00.000Z' }));
    expect(all.ids).toEqual([imageAt(2).imageId]);
    expect(trash.ids).toEqual([]);
    server.images = [];
    book.read(imageAt(2).imageId);
    await settled();
    expect(all.ids).toEqual([]);
  });

  it('of everybody alone takes in images of others', async () => {
    const book = new ImageBook(apiOver({ images: [imageAt(1)] }));
    book.ownerId = 'laptop';
    const [own, all] = [book.list({}), book.list({ all: true })];
    await Promise.all([own.readAll(), all.readAll()]);
    book.put(imageAt(2, { owner: 'ann' }));
    expect(own.ids).toEqual([imageAt(1).imageId]);
    expect(all.ids).toEqual([imageAt(2).imageId, imageAt(1).imageId]);
  });

  it('reads again what it shows after a lost connection', async () => {
    const server = { images: [imageAt(3), imageAt(2)] };
    const book = new ImageBook(apiOver(server));
    const list = book.list({});
    // It is shown.
    list.subscribe(() => {});
    await list.readAll();
    server.images = [imageAt(4), imageAt(3, { revision: 7, state: 'FAILED' })];
    book.resync();
    await settled();
    expect(list.ids).toEqual(server.images.map(({ imageId }) => imageId));
    expect(book.get(imageAt(3).imageId)?.state).toBe('FAILED');
  });
});

describe('what the app knows of an image', () => {
  it('is never older than before', () => {
    const book = new ImageBook(apiOver({ images: [] }));
    book.put(imageAt(1, { revision: 5, state: 'COMPLETE' }));
    book.put(imageAt(1, { revision: 4, state: 'PROCESSING' }));
    book.apply(message(imageAt(1, { revision: 5, state: 'PROCESSING' })));
    expect(book.get(imageAt(1).imageId)?.state).toBe('COMPLETE');
  });

  it('follows live messages at once, and reads the rest when it matters', async () => {
    const server = { images: [imageAt(1, { revision: 9, outputs: [] })] };
    const api = apiOver(server);
    const book = new ImageBook(api);
    const seen: (string | undefined)[] = [];
    book.put(imageAt(1, { revision: 1, state: 'RECEIVED' }));
    book.watch(imageAt(1).imageId, () => seen.push(book.get(imageAt(1).imageId)?.state));
    book.apply(message(imageAt(1, { revision: 2, state: 'PROCESSING' })));
    book.apply(message(imageAt(1, { revision: 3, state: 'FANNED_OUT' }), { finished: ['90'] }));
    expect([seen, api.calls]).toEqual([['PROCESSING', 'FANNED_OUT'], []]);
    expect(book.get(imageAt(1).imageId)?.progress.finished).toEqual(['90']);
    book.apply(message(imageAt(1, { revision: 8, state: 'COMPLETE' }), { type: 'image.ended' }));
    await settled();
    expect(api.calls).toEqual(['GET /images/{imageId}']);
    expect(book.get(imageAt(1).imageId)?.revision).toBe(9);
  });
});
