import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ApiDependencies } from '../../core/http/dependencies.ts';
import { EXPORTS, IMAGES, UPLOADS } from '../support/api/api-images.ts';
import { type ApiWorld, openApiWorld, type Token } from '../support/api/api-world.ts';
import { DescribedApi, type Operation } from '../support/api/described-api.ts';
import { idFrom } from '../support/record-factory.ts';

/** An API under test, however it is served. */
export interface ApiHarness {
  fetch(request: Request): Promise<Response>;
  close(): Promise<void>;
}

const NOBODYS_ID = idFrom('no such image');

/** A request to a route: the rest of its path after `/api/v1`, and what differs from a GET of Alice. */
interface Call {
  path: string;
  method?: string;
  token?: Token;
  body?: unknown;
  headers?: Record<string, string>;
}

const image = (name: keyof typeof IMAGES, rest = '') => `/images/${IMAGES[name].imageId}${rest}`;
const FILE = { name: 'beach.jpg', bytes: 900, type: 'image/jpeg' };
const ITEM = { imageId: IMAGES.complete.imageId, variant: 'processed' };

function post(path: string, body?: unknown, token?: Token): Call {
  return { path, method: 'POST', ...(body === undefined ? {} : { body }), ...(token && { token }) };
}

/** How each route succeeds, and how each of its documented errors comes about, beside those that all routes share. */
const ROUTES: Record<Operation, { ok: Call; okStatus?: number; errors: Record<number, Call> }> = {
  'GET /api/v1/me': { ok: { path: '/me' }, errors: {} },
  'GET /api/v1/limits': { ok: { path: '/limits' }, errors: {} },
  'GET /api/v1/recipes': { ok: { path: '/recipes' }, errors: {} },
  'GET /api/v1/albums': { ok: { path: '/albums' }, errors: { 403: { path: '/albums', token: 'uploader' } } },
  'POST /api/v1/uploads': {
    ok: post('/uploads', { files: [FILE] }),
    errors: {
      400: post('/uploads', { files: [{ ...FILE, name: 'a/b.jpg' }] }),
      403: post('/uploads', { files: [FILE] }, 'reader'),
      429: post('/uploads', { files: Array(51).fill(FILE) }),
    },
  },
  'GET /api/v1/uploads/{uploadId}': {
    ok: { path: `/uploads/${UPLOADS.received}` },
    errors: {
      400: { path: '/uploads/short' },
      403: { path: `/uploads/${UPLOADS.received}`, token: 'uploader' },
      404: { path: `/uploads/${UPLOADS.ofBob}` },
    },
  },
  'GET /api/v1/exports/images.csv': {
    ok: { path: '/exports/images.csv' },
    errors: {
      400: { path: '/exports/images.csv?limit=201' },
      403: { path: '/exports/images.csv?all=true' },
    },
  },
  'POST /api/v1/exports/images.csv': {
    ok: post('/exports/images.csv', { imageIds: [IMAGES.complete.imageId] }),
    errors: {
      400: post('/exports/images.csv', { imageIds: [] }),
      403: post('/exports/images.csv', { imageIds: [IMAGES.ofUploader.imageId] }, 'uploader'),
      404: post('/exports/images.csv', { imageIds: [NOBODYS_ID] }),
    },
  },
  'POST /api/v1/exports': {
    ok: post('/exports', { items: [ITEM] }),
    okStatus: 202,
    errors: {
      400: post('/exports', { items: [{ ...ITEM, variant: '../x' }] }),
      403: post('/exports', { items: [{ ...ITEM, imageId: IMAGES.ofUploader.imageId }] }, 'uploader'),
      404: post('/exports', { items: [ITEM, { ...ITEM, imageId: IMAGES.ofBob.imageId }] }),
      429: post('/exports', {
        items: Array.from({ length: 21 }, (_, degrees) => ({ ...ITEM, variant: `${degrees}` })),
      }),
    },
  },
  'GET /api/v1/exports/{exportId}': {
    ok: { path: `/exports/${EXPORTS.complete.exportId}` },
    errors: {
      400: { path: '/exports/short' },
      403: { path: `/exports/${EXPORTS.ofUploader.exportId}`, token: 'uploader' },
      404: { path: `/exports/${EXPORTS.expired.exportId}` },
    },
  },
  'GET /api/v1/trends': {
    ok: { path: '/trends' },
    errors: { 400: { path: '/trends?from=2020-01-01' }, 403: { path: '/trends?all=true' } },
  },
  'GET /api/v1/images': {
    ok: { path: '/images' },
    errors: { 400: { path: '/images?limit=201' }, 403: { path: '/images?all=true' } },
  },
  'GET /api/v1/images/{imageId}': {
    ok: { path: image('complete') },
    errors: {
      400: { path: '/images/1' },
      403: { path: image('ofUploader'), token: 'uploader' },
      404: { path: image('ofBob') },
    },
  },
  'PATCH /api/v1/images/{imageId}': {
    ok: { path: image('complete'), method: 'PATCH', body: { album: 'Beach' } },
    errors: {
      400: { path: image('complete'), method: 'PATCH', body: { album: '' } },
      403: { path: image('ofReader'), method: 'PATCH', body: { album: null }, token: 'reader' },
      404: { path: image('ofBob'), method: 'PATCH', body: { album: null } },
      409: { path: image('contended'), method: 'PATCH', body: { album: 'Beach' } },
    },
  },
  'DELETE /api/v1/images/{imageId}': {
    ok: { path: image('complete'), method: 'DELETE' },
    errors: {
      400: { path: image('complete', '?permanently=perhaps'), method: 'DELETE' },
      403: { path: image('ofReader'), method: 'DELETE', token: 'reader' },
      404: { path: image('ofBob'), method: 'DELETE' },
      409: { path: image('contended', '?permanently'), method: 'DELETE' },
    },
  },
  'POST /api/v1/images/{imageId}/restore': {
    ok: post(image('trashed', '/restore')),
    errors: {
      400: post('/images/1/restore'),
      403: post(image('ofReader', '/restore'), undefined, 'reader'),
      404: post(image('ofBob', '/restore')),
      409: post(image('contended', '/restore')),
    },
  },
  'POST /api/v1/images/{imageId}/reprocess': {
    ok: post(image('complete', '/reprocess'), { recipe: 'vivid' }),
    errors: {
      400: post(image('complete', '/reprocess'), { recipe: 'no-such-recipe' }),
      403: post(image('ofReader', '/reprocess'), { recipe: 'vivid' }, 'reader'),
      404: post(image('ofBob', '/reprocess'), { recipe: 'vivid' }),
      409: post(image('received', '/reprocess'), { recipe: 'vivid' }),
    },
  },
  'POST /api/v1/images/{imageId}/preview': {
    ok: post(image('complete', '/preview'), { recipe: 'vivid' }),
    errors: {
      400: post(image('complete', '/preview'), { recipe: { enhance: { color: 4 } } }),
      403: post(image('ofUploader', '/preview'), { recipe: 'vivid' }, 'uploader'),
      404: post(image('ofBob', '/preview'), { recipe: 'vivid' }),
      409: post(image('received', '/preview'), { recipe: 'vivid' }),
      422: post(image('failed', '/preview'), { recipe: 'vivid' }),
    },
  },
  'POST /api/v1/classify': {
    ok: post('/classify', { pictures: [{ imageId: IMAGES.complete.imageId }, { base64: 'bm8=' }] }),
    errors: {
      400: post('/classify', { pictures: [], mode: 'huge' }),
      403: post('/classify', { pictures: [{ base64: 'eWVz' }] }, 'uploader'),
      404: post('/classify', { pictures: [{ imageId: IMAGES.ofBob.imageId }] }),
      422: post('/classify', { pictures: [{ base64: 'bm8=' }] }),
    },
  },
  'POST /api/v1/images/{imageId}/redrive': {
    ok: post(image('failed', '/redrive')),
    errors: {
      400: post('/images/1/redrive'),
      403: post(image('ofReader', '/redrive'), undefined, 'reader'),
      404: post(image('ofBob', '/redrive')),
      409: post(image('complete', '/redrive')),
    },
  },
  'GET /api/v1/images/{imageId}/details': {
    ok: { path: image('complete', '/details') },
    errors: {
      400: { path: '/images/1/details' },
      403: { path: image('complete', '/details'), token: 'admin' },
      404: { path: image('ofBob', '/details') },
      409: { path: image('received', '/details') },
    },
  },
  'POST /api/v1/links': {
    ok: post('/links', { items: [ITEM] }),
    errors: { 400: post('/links', { items: [] }) },
  },
  'POST /api/v1/bulk': {
    ok: post('/bulk', { action: 'trash', imageIds: [IMAGES.complete.imageId] }),
    errors: { 400: post('/bulk', { action: 'paint', imageIds: [IMAGES.complete.imageId] }) },
  },
  'GET /api/v1/failures': {
    ok: { path: '/failures', token: 'admin' },
    errors: { 403: { path: '/failures' } },
  },
  'POST /api/v1/failures/redrive': {
    ok: post('/failures/redrive', { all: true }, 'admin'),
    errors: {
      400: post('/failures/redrive', { all: false }, 'admin'),
      403: post('/failures/redrive', { all: true }),
    },
  },
  'POST /api/v1/users/{userId}/erase': {
    ok: post('/users/bob/erase', undefined, 'admin'),
    errors: {
      400: post('/users/a%2Fb/erase', undefined, 'admin'),
      403: post('/users/alice/erase'),
      409: post('/users/alice/erase', undefined, 'admin'),
    },
  },
  'GET /api/v1/users/{userId}/export': {
    ok: { path: '/users/alice/export' },
    errors: { 400: { path: '/users/alice/export?cursor=other' }, 403: { path: '/users/bob/export' } },
  },
  'POST /api/v1/live/tickets': {
    ok: post('/live/tickets'),
    errors: { 400: post('/live/tickets?all=perhaps'), 403: post('/live/tickets?all=true') },
  },
};

/** What each kind of principal gets from each route, with the call that succeeds for Alice, who owns the image. */
const ACCESS: Record<Operation, { bob: number; admin: number; uploader: number; reader: number }> = {
  'GET /api/v1/me': { bob: 200, admin: 200, uploader: 200, reader: 200 },
  'GET /api/v1/limits': { bob: 200, admin: 200, uploader: 200, reader: 200 },
  'GET /api/v1/recipes': { bob: 200, admin: 200, uploader: 200, reader: 200 },
  'GET /api/v1/albums': { bob: 200, admin: 200, uploader: 403, reader: 200 },
  'POST /api/v1/uploads': { bob: 200, admin: 200, uploader: 200, reader: 403 },
  'GET /api/v1/uploads/{uploadId}': { bob: 404, admin: 404, uploader: 403, reader: 404 },
  'GET /api/v1/exports/images.csv': { bob: 200, admin: 200, uploader: 403, reader: 200 },
  'POST /api/v1/exports/images.csv': { bob: 404, admin: 200, uploader: 404, reader: 404 },
  'POST /api/v1/exports': { bob: 404, admin: 202, uploader: 404, reader: 404 },
  'GET /api/v1/exports/{exportId}': { bob: 404, admin: 404, uploader: 404, reader: 404 },
  'GET /api/v1/trends': { bob: 200, admin: 200, uploader: 403, reader: 200 },
  'GET /api/v1/images': { bob: 200, admin: 200, uploader: 403, reader: 200 },
  'GET /api/v1/images/{imageId}': { bob: 404, admin: 200, uploader: 404, reader: 404 },
  'PATCH /api/v1/images/{imageId}': { bob: 404, admin: 200, uploader: 404, reader: 404 },
  'DELETE /api/v1/images/{imageId}': { bob: 404, admin: 200, uploader: 404, reader: 404 },
  'POST /api/v1/images/{imageId}/restore': { bob: 404, admin: 200, uploader: 404, reader: 404 },
  'POST /api/v1/images/{imageId}/reprocess': { bob: 404, admin: 200, uploader: 404, reader: 404 },
  'POST /api/v1/images/{imageId}/preview': { bob: 404, admin: 200, uploader: 404, reader: 404 },
  'POST /api/v1/classify': { bob: 200, admin: 200, uploader: 403, reader: 200 },
  'POST /api/v1/images/{imageId}/redrive': { bob: 404, admin: 200, uploader: 404, reader: 404 },
  'GET /api/v1/images/{imageId}/details': { bob: 404, admin: 403, uploader: 404, reader: 404 },
  'POST /api/v1/links': { bob: 200, admin: 200, uploader: 200, reader: 200 },
  'POST /api/v1/bulk': { bob: 200, admin: 200, uploader: 200, reader: 200 },
  'GET /api/v1/failures': { bob: 403, admin: 200, uploader: 403, reader: 403 },
  'POST /api/v1/failures/redrive': { bob: 403, admin: 200, uploader: 403, reader: 403 },
  'POST /api/v1/users/{userId}/erase': { bob: 403, admin: 200, uploader: 403, reader: 403 },
  'GET /api/v1/users/{userId}/export': { bob: 403, admin: 200, uploader: 403, reader: 403 },
  'POST /api/v1/live/tickets': { bob: 200, admin: 200, uploader: 403, reader: 200 },
};

function requestOf({ path, method = 'GET', token = 'alice', body, headers = {} }: Call): Request {
  return new Request(`http://localhost/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

/** What the HTTP API does, whoever serves it. */
export function describeApiContract(
  name: string,
  serve: (dependencies: ApiDependencies) => Promise<ApiHarness>,
): void {
  describe(`API contract: ${name}`, () => {
    let world: ApiWorld;
    let harness: ApiHarness;
    let api: DescribedApi;
    let opened: DescribedApi | undefined;

    beforeEach(async () => {
      world = await openApiWorld();
      harness = await serve(world.dependencies);
      const send = (request: Request) => harness.fetch(request);
      // Reading the description and compiling its schemas takes longer than most of these tests.
      opened ??= await DescribedApi.open(send);
      api = opened;
      api.use(send);
    });
    afterEach(async () => {
      await harness.close();
      world.close();
    });

    const send = (call: Call) => api.send(requestOf(call));
    const rows = Object.entries(ROUTES);

    it('describes exactly the routes that this suite knows', () => {
      expect(api.operations.toSorted()).toEqual(Object.keys(ROUTES).toSorted());
      expect(Object.keys(ACCESS).toSorted()).toEqual(Object.keys(ROUTES).toSorted());
    });

    it.each(rows)('%s succeeds', async (_, { ok, okStatus = 200 }) => {
      expect((await send(ok)).status).toBe(okStatus);
    });

    it.each(
      rows.flatMap(([operation, { errors }]) =>
        Object.entries(errors).map(([status, call]) => ({ operation, status: Number(status), call })),
      ),
    )('$operation answers $status', async ({ status, call }) => {
      const { status: received, body } = await send(call);
      expect(received).toBe(status);
      expect(body).toMatchObject({ status, type: 'about:blank' });
    });

    it.each(rows)(
      '%s refuses nobody, an expired token, and answers faults of ours without a stack',
      async (_, { ok }) => {
        const nobody = requestOf(ok);
        nobody.headers.delete('authorization');
        const refused = await api.send(nobody);
        expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
        expect((await send({ ...ok, token: 'expired' })).status).toBe(401);
        const broken = await send({ ...ok, token: 'broken' });
        expect(broken.status).toBe(500);
        expect(JSON.stringify(broken.body)).not.toContain('fault');
        const unavailable = await send({ ...ok, token: 'unavailable' });
        expect([unavailable.status, unavailable.headers.get('retry-after')]).toEqual([503, '3']);
        expect(world.observed.errors).toHaveLength(2);
      },
    );

    it.each(rows.filter(([, { ok }]) => ok.body !== undefined))(
      '%s refuses a body that is too long, not JSON, malformed or missing',
      async (operation, { ok }) => {
        const mostBytes = operation === 'POST /api/v1/classify' ? 5_600_000 : 1_000_000;
        const tooLong = JSON.stringify({ text: 'x'.repeat(mostBytes) });
        expect((await send({ ...ok, body: tooLong })).status).toBe(413);
        expect((await send({ ...ok, headers: { 'content-type': 'text/plain' } })).status).toBe(415);
        expect((await send({ ...ok, body: '{"a":' })).body).toMatchObject({
          status: 400,
          code: 'INVALID_JSON',
        });
        const { body: _body, ...without } = ok;
        expect((await send(without)).status).toBe(400);
      },
    );

    it.each(rows.filter(([operation]) => api304(operation)))(
      '%s answers 304 while nothing has changed',
      async (_, { ok }) => {
        const etag = (await send(ok)).headers.get('etag');
        expect(etag).toMatch(/^(W\/)?".+"$/);
        const again = await send({ ...ok, headers: { 'if-none-match': etag ?? '' } });
        expect([again.status, again.body]).toEqual([304, undefined]);
      },
    );

    it.each(Object.entries(ACCESS))('%s knows who may do it', async (operation, expected) => {
      const call = ROUTES[operation]?.ok;
      if (call === undefined) throw new Error(`${operation}: expected a row in ROUTES`);
      for (const [token, status] of Object.entries(expected)) {
        const answer = await send({ ...call, token: token as Token });
        expect([token, answer.status]).toEqual([token, status]);
      }
    });

    it('answers for the image of another user as for one that does not exist', async () => {
      for (const { ok } of Object.values(ROUTES).filter((route) => route.ok.path.startsWith('/images/'))) {
        const others = { ...ok, path: ok.path.replace(/[0-9a-f]{64}/, IMAGES.ofBob.imageId) };
        const nobodys = { ...ok, path: ok.path.replace(/[0-9a-f]{64}/, NOBODYS_ID) };
        const [first, second] = [await send(others), await send(nobodys)];
        const text = JSON.stringify(first).replaceAll(IMAGES.ofBob.imageId, NOBODYS_ID);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(second)));
      }
    });

    it('answers for an export of the image or export of another user as for one that does not exist', async () => {
      const ask = (imageId: string) => send(post('/exports', { items: [ITEM, { ...ITEM, imageId }] }));
      const [others, nobodys] = [await ask(IMAGES.ofBob.imageId), await ask(NOBODYS_ID)];
      expect(others.body).toMatchObject({ field: 'items.1.imageId' });
      expect(JSON.stringify(others).replaceAll(IMAGES.ofBob.imageId, NOBODYS_ID)).toBe(
        JSON.stringify(nobodys),
      );
      const { exportId } = EXPORTS.complete;
      const missing = 'x'.repeat(22);
      const ofAlice = await send({ path: `/exports/${exportId}`, token: 'bob' });
      const ofNobody = await send({ path: `/exports/${missing}`, token: 'bob' });
      expect(JSON.stringify(ofAlice).replaceAll(exportId, missing)).toBe(JSON.stringify(ofNobody));
    });

    it('refuses more than 500 files, and links the archive as a download', async () => {
      const many = (count: number) => post('/exports', { items: Array(count).fill(ITEM) });
      expect((await send(many(500))).body).toMatchObject({ state: 'WAITING', items: 1, link: null });
      expect((await send(many(501))).body).toMatchObject({ status: 400, field: 'items' });
      const { body } = await send({ path: `/exports/${EXPORTS.complete.exportId}` });
      const { link } = body as { link: { url: string } };
      const url = new URL(link.url);
      expect(url.pathname).toBe(`/outputs/exports/${EXPORTS.complete.exportId}.zip`);
      expect(url.searchParams.get('download')).toMatch(/^darkroom-2026-02-04-\w{6}\.zip$/);
    });

    it('says what each of several pictures shows, or why it can not', async () => {
      const pictures = [
        { imageId: IMAGES.complete.imageId },
        { base64: 'bm8=' },
        { imageId: IMAGES.ofBob.imageId },
        { uploadId: UPLOADS.ofBob },
        { uploadId: UPLOADS.received },
      ];
      const { body } = await send(post('/classify', { pictures, minConfidence: 0.95 }));
      const shown = { outcome: 'nothing-recognised', predictions: [{ name: 'tabby', band: 'high' }] };
      expect(body).toMatchObject({
        mode: 'fast',
        minConfidence: 0.95,
        results: [
          shown,
          { error: { status: 422, code: 'UNSUPPORTED_FORMAT' } },
          { error: { status: 404 } },
          { error: { status: 404 } },
          shown,
        ],
      });
    });

    it.each([
      ['a mode that there is not', { mode: 'huge' }, 'mode'],
      ['a mode that this deployment does not have', { mode: 'accurate' }, 'mode'],
      ['a confidence over 1', { minConfidence: 1.5 }, 'minConfidence'],
      ['51 pictures', { pictures: Array(51).fill({ base64: 'eWVz' }) }, 'pictures'],
    ])('classifies nothing for %s', async (_, wrong, field) => {
      const { body } = await send(post('/classify', { pictures: [{ base64: 'eWVz' }], ...wrong }));
      expect(body).toMatchObject({ status: 400, field });
    });

    it('classifies no picture of more than 4 MB in a request', async () => {
      const base64 = Buffer.alloc(4_000_001).toString('base64');
      const { body } = await send(post('/classify', { pictures: [{ base64 }] }));
      expect(body).toMatchObject({ status: 413, code: 'IMAGE_TOO_LARGE' });
    });

    it('sends the bytes of a trial, and says beside them what they are', async () => {
      const recipe = { resize: { ratio: 0.5 } };
      const { headers, body } = await send(post(image('complete', '/preview'), { recipe, draft: true }));
      expect(headers.get('content-type')).toBe('image/jpeg');
      expect(body).toEqual(Buffer.from([0xff, 0xd8, 0xff, 0x00, 0x80]));
      expect(JSON.parse(headers.get('darkroom-preview') ?? '')).toMatchObject({ isDraft: true, bytes: 5 });
    });

    it('sends a table page by page, each with the address of the next', async () => {
      const first = await send({ path: '/exports/images.csv?limit=2' });
      const [, next = ''] = /^<\/api\/v1(.+)>; rel="next"$/.exec(first.headers.get('link') ?? '') ?? [];
      const second = await send({ path: next });
      expect([first, second].map(({ body }) => String(body).split('\r\n').length)).toEqual([4, 2]);
      expect(String(first.body)).toMatch(/^imageId,/);
      expect(String(second.body)).toMatch(/^[0-9a-f]{64},/);
    });

    it('sends a table of the images that are named, in that order', async () => {
      const imageIds = [IMAGES.received.imageId, IMAGES.complete.imageId];
      const { body } = await send(post('/exports/images.csv', { imageIds }));
      const rows = String(body).split('\r\n');
      expect(rows.map((row) => row.slice(0, 64))).toEqual([rows[0]?.slice(0, 64), ...imageIds, '']);
      const other = await send(post('/exports/images.csv', { imageIds: [...imageIds, NOBODYS_ID] }));
      expect(other.body).toMatchObject({ status: 404, field: 'imageIds.2' });
    });

    it('says when a quota is not used up any more', async () => {
      const answer = await send(post('/uploads', { files: Array(51).fill(FILE) }));
      expect(answer.body).toMatchObject({ status: 429, code: 'QUOTA_EXCEEDED' });
      expect(answer.headers.get('retry-after')).toBe('86400');
    });

    it('makes at most 20 views for one request', async () => {
      const views = (count: number) => Array.from({ length: count }, () => ({ ...ITEM, variant: 'view' }));
      expect((await send(post('/links', { items: views(20) }))).status).toBe(200);
      const { status, body } = await send(post('/links', { items: views(21) }));
      expect([status, body]).toEqual([400, expect.objectContaining({ field: 'items' })]);
    });

    it('answers unknown paths and methods as problems', async () => {
      for (const [method, path] of [
        ['GET', '/nowhere'],
        ['PUT', '/images'],
        ['GET', '/images/'],
      ] as const) {
        const answer = await harness.fetch(requestOf({ path, method }));
        expect(answer.status).toBe(404);
        expect(await answer.json()).toMatchObject({ code: 'NOT_FOUND', status: 404 });
      }
    });

    it('has provoked every answer that it documents', () => {
      expect([...api.documented].filter((answer) => !api.answered.has(answer))).toEqual([]);
    });
  });
}

/** Routes whose answer is the same as long as nothing changes; a new link is always another one. */
function api304(operation: Operation): boolean {
  return operation.startsWith('GET ') && !/\/(details|export)$/.test(operation);
}
