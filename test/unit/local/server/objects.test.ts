import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServedFolder, serveFolder } from '../../../support/local/served-folder.ts';

const TEXT = '0123456789';
const REF = { bucket: 'outputs', key: 'processed/a.jpg' };
let served: ServedFolder;
let url: string;

beforeAll(async () => {
  served = await serveFolder();
  await served.folder.store.write(REF, Buffer.from(TEXT), 'image/jpeg');
  ({ url } = await served.folder.links.sign(REF));
});
afterAll(() => served.close());

async function get(headers: Record<string, string>, method = 'GET') {
  const response = await fetch(url, { method, headers });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

describe('an output', () => {
  it('comes whole, with its type and length', async () => {
    const { status, text, headers } = await get({});
    expect([status, text]).toEqual([200, TEXT]);
    expect(headers.get('content-type')).toBe('image/jpeg');
    expect(headers.get('content-length')).toBe('10');
    expect(headers.get('cache-control')).toMatch(/^private, max-age=3[56]\d\d$/);
  });

  it('has a HEAD', async () => {
    const { status, text, headers } = await get({}, 'HEAD');
    expect([status, text, headers.get('content-length')]).toEqual([200, '', '10']);
  });

  it.each([
    ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
    ['bytes=-3', 206, '789', 'bytes 7-9/10'],
    ['bytes=-99', 206, TEXT, 'bytes 0-9/10'],
    ['bytes=8-99', 206, '89', 'bytes 8-9/10'],
    ['bytes=0-0', 206, '0', 'bytes 0-0/10'],
    ['bytes=10-', 416, '', 'bytes */10'],
    ['bytes=-0', 416, '', 'bytes */10'],
    ['bytes=5-2', 200, TEXT, null],
    ['bytes=0-1,4-5', 200, TEXT, null],
    ['lines=1-2', 200, TEXT, null],
    ['bytes=-', 200, TEXT, null],
  ])('answers the range %s with %i', async (range, status, text, contentRange) => {
    const answer = await get({ range });
    expect([answer.status, answer.text, answer.headers.get('content-range')]).toEqual([
      status,
      text,
      contentRange,
    ]);
  });

  it('is not sent again to who has it', async () => {
    const etag = String((await get({})).headers.get('etag'));
    for (const list of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const { status, text } = await get({ 'if-none-match': list });
      expect([status, text], list).toEqual([304, '']);
    }
    expect((await get({ 'if-none-match': '"other"' })).status).toBe(200);
    expect((await get({ 'if-range': etag, range: 'bytes=1-1' })).status).toBe(206);
    expect((await get({ 'if-range': '"other"', range: 'bytes=1-1' })).status).toBe(200);
  });

  it('has another ETag with other content of the same length', async () => {
    const ref = { ...REF, key: 'processed/b.jpg' };
    const link = (await served.folder.links.sign(ref)).url;
    const etags: (string | null)[] = [];
    for (const content of ['one', 'two']) {
      await served.folder.store.write(ref, Buffer.from(content), 'image/jpeg');
      etags.push((await fetch(link)).headers.get('etag'));
    }
    expect(new Set(etags).size).toBe(2);
  });

  it('may be empty', async () => {
    const ref = { ...REF, key: 'processed/empty.jpg' };
    await served.folder.store.write(ref, Buffer.alloc(0), 'image/jpeg');
    const response = await fetch((await served.folder.links.sign(ref)).url);
    expect([response.status, await response.text(), response.headers.get('content-length')]).toEqual([
      200,
      '',
      '0',
    ]);
  });

  it('comes in full where it is large, and to several at once', async () => {
    const ref = { ...REF, key: 'processed/large.png' };
    const body = Buffer.alloc(3_000_000, 'abc');
    await served.folder.store.write(ref, body, 'image/png');
    const link = (await served.folder.links.sign(ref)).url;
    const got = await Promise.all(
      [1, 2, 3].map(async () => Buffer.from(await (await fetch(link)).arrayBuffer())),
    );
    expect(got.every((each) => each.equals(body))).toBe(true);
  });
});

describe('an upload', () => {
  it('never runs: it is stored, and even shown it would be confined', async () => {
    writeFileSync(join(served.path, 'inbox', 'x.svg'), '<svg onload="alert(1)"/>');
    const source = await served.folder.store.source('inbox', 'x.svg');
    const ref = { bucket: 'inbox', key: 'x.svg', versionId: source?.versionId };
    const { headers } = await fetch((await served.folder.links.sign(ref)).url);
    expect(headers.get('content-disposition')).toBe(`attachment; filename="x.svg"; filename*=UTF-8''x.svg`);
    expect(headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
    expect(headers.get('content-type')).toBe('application/octet-stream');
    expect(headers.get('etag')).toBe(`"${source?.versionId}"`);
  });
});

describe('a link', () => {
  it('can be changed in nothing', async () => {
    const ref = { ...REF, versionId: undefined };
    const signed = new URL((await served.folder.links.sign(ref, { downloadName: 'a.jpg' })).url);
    const changes: ((link: URL) => void)[] = [
      (link) => (link.pathname = link.pathname.replace('a.jpg', 'b.jpg')),
      (link) => (link.pathname = link.pathname.replace('/outputs/', '/inbox/')),
      (link) => link.searchParams.set('expires', '9999999999'),
      (link) => link.searchParams.set('download', 'b.jpg'),
      (link) => link.searchParams.delete('download'),
      (link) => link.searchParams.set('versionId', 'ab'),
      (link) => link.searchParams.set('signature', ''),
      (link) => link.searchParams.set('signature', 'x'.repeat(43)),
    ];
    expect((await fetch(signed)).status).toBe(200);
    for (const change of changes) {
      const link = new URL(signed);
      change(link);
      const response = await fetch(link);
      expect([response.status, ((await response.json()) as { code: string }).code], link.href).toEqual([
        403,
        'INVALID_LINK',
      ]);
    }
  });

  it('leads to no file outside its folder', async () => {
    for (const key of ['../darkroom.db', '..', 'a/../../darkroom.db', '/etc/passwd', '.partial/x']) {
      for (const bucket of ['outputs', 'inbox']) {
        const link = await served.folder.links.sign({ bucket, key }).catch(() => undefined);
        if (link) expect((await fetch(link.url)).status, `${bucket} ${key}`).toBe(404);
      }
    }
  });

  it('works after a restart, since the key is kept', async () => {
    const other = await serveFolder();
    const elsewhere = new URL(url);
    elsewhere.port = String(other.folder.address.port);
    expect((await fetch(elsewhere)).status).toBe(403);
    await other.close();
    await served.server.close();
    await served.server.listen();
    const { pathname, search } = new URL(url);
    expect((await fetch(served.folder.address.origin + pathname + search)).status).toBe(200);
  });
});
