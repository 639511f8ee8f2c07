import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiClient, type ApiOptions } from '../../../client/http.ts';
import { ProblemError } from '../../../client/problem.ts';
import { DarkroomStub, send } from '../../support/client/darkroom-stub.ts';

const BACKOFF = { baseMs: 5, capMs: 20 };
const imageId = 'a'.repeat(64);

let stub: DarkroomStub;

beforeEach(async () => {
  stub = await new DarkroomStub().start();
});

afterEach(() => stub.stop());

function client(options: Partial<ApiOptions> = {}): ApiClient {
  return new ApiClient({ baseUrl: stub.baseUrl, backoff: BACKOFF, ...options });
}

/** Answers all requests alike; or each by its number, from 1. */
function answering(status: number | ((count: number) => number), body: unknown = {}, headers = {}) {
  let count = 0;
  stub.intercept = (_request, response) => {
    count += 1;
    send(response, typeof status === 'number' ? status : status(count), body, headers);
    return true;
  };
}

async function problemFrom(call: Promise<unknown>): Promise<ProblemError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ProblemError);
  return error as ProblemError;
}

describe('a call', () => {
  it('fills in the path and the query, and sends the token and the body', async () => {
    const seen: unknown[] = [];
    stub.intercept = async (request, response) => {
      const body = await new Response(request as never).text();
      const { authorization, 'content-type': type } = request.headers;
      seen.push({ method: request.method, url: request.url, authorization, type, body });
      send(response, 200, { images: [] });
      return true;
    };
    const api = client({ token: async () => 'secret' });
    await api.call('GET /images', { query: { album: 'Jo & Al', limit: 20, trash: true } });
    await api.call('PATCH /images/{imageId}', { path: { imageId: 'a/b' }, body: { album: null } });

    expect(seen).toEqual([
      {
        method: 'GET',
        url: '/api/v1/images?album=Jo+%26+Al&limit=20&trash=true',
        authorization: 'Bearer secret',
        type: undefined,
        body: '',
      },
      {
        method: 'PATCH',
        url: '/api/v1/images/a%2Fb',
        authorization: 'Bearer secret',
        type: 'application/json',
        body: '{"album":null}',
      },
    ]);
  });

  it('gets the picture of a preview as bytes, with what is known of it', async () => {
    const facts = { isDraft: true, widthPx: 2, heightPx: 1, bytes: 3 };
    stub.intercept = (_request, response) => {
      const headers = { 'content-type': 'image/webp', 'darkroom-preview': JSON.stringify(facts) };
      response.writeHead(200, headers).end(Buffer.from([0xff, 0xd8, 0x80]));
      return true;
    };
    const { picture, ...rest } = await client().call('POST /images/{imageId}/preview', {
      path: { imageId },
      body: { recipe: { enhance: { color: 1.4 } }, draft: true },
    });
    expect([picture.type, [...(await picture.bytes())]]).toEqual(['image/webp', [0xff, 0xd8, 0x80]]);
    expect(rest).toEqual(facts);
  });

  it('is checked by the compiler', () => {
    const api = client();
    const calls = () => [
      api.call('GET /me'),
      api.call('GET /images'),
      // @ts-expect-error there is no such route
      api.call('GET /nothing'),
      // @ts-expect-error the path needs an image id
      api.call('GET /images/{imageId}'),
      // @ts-expect-error the body is required
      api.call('POST /links', {}),
      // @ts-expect-error `limit` is a number
      api.call('GET /images', { query: { limit: '20' } }),
    ];
    expect(calls).toBeTypeOf('function');
  });

  it('throws the problem that the API reports', async () => {
    const problem = {
      title: 'Invalid input',
      status: 400,
      code: 'INVALID_INPUT',
      detail: 'Too long.',
      field: 'album',
    };
    answering(400, problem);
    const error = await problemFrom(client().call('GET /me'));
    expect({ ...error, message: error.message }).toMatchObject({
      code: 'INVALID_INPUT',
      status: 400,
      field: 'album',
      message: 'Too long.',
    });
  });

  it('throws a problem with a code of its own for what a proxy answers', async () => {
    stub.intercept = (_request, response) => {
      response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>');
      return true;
    };
    expect(await problemFrom(client().call('GET /me'))).toMatchObject({ code: 'HTTP_502', status: 502 });
    stub.intercept = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Log in to the hotel</h1>');
      return true;
    };
    expect(await problemFrom(client().call('GET /me'))).toMatchObject({ code: 'UNREADABLE_ANSWER' });
  });

  it('reports NETWORK_ERROR where no answer comes in time', async () => {
    stub.intercept = () => true;
    const error = await problemFrom(client({ timeoutMs: 30, retries: 0 }).call('GET /me'));
    expect(error).toMatchObject({ code: 'NETWORK_ERROR', status: 0 });
  });
});

describe('a token that is refused', () => {
  /** The server takes only `fresh`. */
  function refusingOthers(): void {
    stub.intercept = (request, response) => {
      const isGood = request.headers.authorization === 'Bearer fresh';
      send(response, isGood ? 200 : 401, isGood ? { id: 'me' } : { code: 'UNAUTHENTICATED', status: 401 });
      return true;
    };
  }

  it('is renewed once for all calls that it failed', async () => {
    refusingOthers();
    const renewals: string[] = [];
    let current = 'stale';
    const api = client({
      token: async (refused) => {
        if (refused === undefined) return current;
        renewals.push(refused);
        await new Promise((resolve) => setTimeout(resolve, 20));
        current = 'fresh';
        return current;
      },
    });
    await Promise.all([api.call('GET /me'), api.call('GET /me'), api.call('GET /me')]);
    expect(renewals).toEqual(['stale']);
  });

  it('is not renewed again for an answer that comes late', async () => {
    const late = Promise.withResolvers<void>();
    stub.intercept = async (request, response) => {
      const isGood = request.headers.authorization === 'Bearer fresh';
      if (!isGood && request.url?.endsWith('/limits')) await late.promise;
      send(response, isGood ? 200 : 401, {});
      return true;
    };
    let current = 'stale';
    const renewals: string[] = [];
    const api = client({
      token: async (refused) => {
        if (refused !== undefined) {
          renewals.push(refused);
          current = 'fresh';
        }
        return current;
      },
    });
    const slow = api.call('GET /limits');
    await api.call('GET /me');
    late.resolve();
    await slow;
    expect(renewals).toEqual(['stale']);
  });

  it('is not sent again where the new one is the same', async () => {
    refusingOthers();
    expect(await problemFrom(client({ token: async () => 'stale' }).call('GET /me'))).toMatchObject({
      status: 401,
    });
    expect(stub.requests).toHaveLength(1);
  });

  it('is renewed once a call: a second refusal is reported', async () => {
    refusingOthers();
    let asked = 0;
    const api = client({ token: async (refused) => `stale ${refused === undefined ? 0 : ++asked}` });
    expect(await problemFrom(api.call('GET /me'))).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    expect(stub.requests).toHaveLength(2);
  });

  it('is reported where there is no new one', async () => {
    refusingOthers();
    const api = client({ token: async (refused) => (refused === undefined ? 'stale' : undefined) });
    expect(await problemFrom(api.call('GET /me'))).toMatchObject({ status: 401 });
    expect(stub.requests).toHaveLength(1);
  });

  it('counts as no connection where the identity provider cannot be reached', async () => {
    const api = client({ token: () => Promise.reject(new TypeError('fetch failed')), retries: 0 });
    expect(await problemFrom(api.call('GET /me'))).toMatchObject({ status: 0, code: 'TOKEN_UNAVAILABLE' });
    expect(stub.requests).toEqual([]);
  });
});

describe('a call that fails for a while', () => {
  it('is repeated after 503, and after a connection that was cut', async () => {
    let count = 0;
    stub.intercept = (request, response) => {
      count += 1;
      if (count === 1) send(response, 503, { code: 'UNAVAILABLE', status: 503 });
      if (count === 2) request.socket.destroy();
      return count <= 2;
    };
    expect(await client().call('GET /me')).toMatchObject({ id: 'local' });
    expect(stub.requests).toHaveLength(3);
  });

  it('waits as long as Retry-After asks', async () => {
    answering((count) => (count === 1 ? 429 : 200), {}, { 'retry-after': '1' });
    const startedAt = performance.now();
    await client().call('GET /me');
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(1000);
  });

  it('is not repeated where Retry-After asks for more than a minute', async () => {
    answering(429, { code: 'TOO_MANY_REQUESTS', status: 429 }, { 'retry-after': '3600' });
    const error = await problemFrom(client().call('GET /me'));
    expect(error).toMatchObject({ code: 'TOO_MANY_REQUESTS', retryAfterMs: 3_600_000 });
    expect(stub.requests).toHaveLength(1);
  });

  it('is reported after the last retry', async () => {
    answering(503, { code: 'UNAVAILABLE', status: 503 });
    expect(await problemFrom(client({ retries: 2 }).call('GET /me'))).toMatchObject({ code: 'UNAVAILABLE' });
    expect(stub.requests).toHaveLength(3);
  });

  it.each([500, 400, 404, 409])('is not repeated after %i', async (status) => {
    answering(status);
    await problemFrom(client().call('GET /me'));
    expect(stub.requests).toHaveLength(1);
  });

  it('is not repeated where it may have had an effect that adds up', async () => {
    const reprocess = () =>
      client().call('POST /images/{imageId}/reprocess', { path: { imageId }, body: { recipe: 'plain' } });
    answering(503);
    await problemFrom(reprocess());
    expect(stub.requests).toHaveLength(1);

    stub.intercept = (request) => {
      request.socket.destroy();
      return true;
    };
    await problemFrom(reprocess());
    expect(stub.requests).toHaveLength(2);

    // 429 says that it had none.
    answering((count) => (count === 1 ? 429 : 200));
    await reprocess();
    expect(stub.requests).toHaveLength(4);
  });

  it('ends at once when it is aborted, under way and while it waits', async () => {
    const reason = new Error('The page was closed.');
    for (const intercept of [() => true, unavailable]) {
      stub.intercept = intercept;
      const controller = new AbortController();
      const api = client({ backoff: { baseMs: 60_000, capMs: 60_000 } });
      const call = api.call('GET /me', { signal: controller.signal });
      setTimeout(() => controller.abort(reason), 50);
      await expect(call).rejects.toBe(reason);
    }
  });
});

const unavailable: DarkroomStub['intercept'] = (_request, response) => {
  send(response, 503, { code: 'UNAVAILABLE', status: 503 }, { 'retry-after': '30' });
  return true;
};

describe('an image that has not changed', () => {
  it('comes from the cache when the server answers 304', async () => {
    let revision = 1;
    const statuses: number[] = [];
    stub.intercept = (request, response) => {
      const etag = `"${revision}"`;
      const status = request.headers['if-none-match'] === etag ? 304 : 200;
      statuses.push(status);
      if (status === 304) response.writeHead(304, { etag }).end();
      else send(response, 200, { imageId, revision }, { etag });
      return true;
    };
    const api = client();
    const read = () => api.call('GET /images/{imageId}', { path: { imageId } });
    const first = await read();
    expect(await read()).toBe(first);
    revision = 2;
    expect(await read()).toEqual({ imageId, revision: 2 });
    expect(statuses).toEqual([200, 304, 200]);
  });
});
