import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rawRequest, statusOf } from '../../../support/local/raw-request.ts';
import { type ServedFolder, serveFolder } from '../../../support/local/served-folder.ts';

let served: ServedFolder;
let port: number;
let link: URL;

beforeAll(async () => {
  served = await serveFolder();
  port = served.folder.address.port;
  const ref = { bucket: 'outputs', key: 'processed/a.jpg' };
  await served.folder.store.write(ref, Buffer.from('pixels'), 'image/jpeg');
  link = new URL((await served.folder.links.sign(ref)).url);
});
afterAll(() => served.close());

/** A request of the link as a browser or a program would write it. */
function ask(headers: string[], target = link.pathname + link.search, method = 'GET'): Promise<string> {
  return rawRequest(port, [`${method} ${target} HTTP/1.1`, ...headers, 'Connection: close']);
}

const own = () => `Host: 127.0.0.1:${port}`;

describe('the host', () => {
  it.each(['127.0.0.1', 'localhost', '[::1]', 'LOCALHOST'])('may be %s with our port', async (name) => {
    expect(statusOf(await ask([`Host: ${name}:${port}`]))).toBe(200);
  });

  it.each(['evil.example', '127.0.0.1.evil.example', '192.168.1.7', '0.0.0.0', 'localhost.', '[::2]'])(
    'may not be %s, whatever its name resolves to',
    async (name) => {
      const answer = await ask([`Host: ${name}:${port}`]);
      expect(statusOf(answer)).toBe(403);
      expect(answer).toContain('FOREIGN_HOST');
      expect(answer).not.toContain('pixels');
    },
  );

  it('may not have another port, or none', async () => {
    expect(statusOf(await ask([`Host: 127.0.0.1:${port + 1}`]))).toBe(403);
    expect(statusOf(await ask(['Host: 127.0.0.1']))).toBe(403);
  });

  it('may not be missing', async () => {
    expect(statusOf(await ask([]))).toBe(400);
    const old = await rawRequest(port, [`GET ${link.pathname}${link.search} HTTP/1.0`]);
    expect([400, 403]).toContain(statusOf(old));
  });

  it('may not be another one in the target, as a proxy would get it', async () => {
    const target = `http://evil.example:${port}${link.pathname}${link.search}`;
    expect(statusOf(await ask([own()], target))).toBe(403);
    expect(statusOf(await ask([own()], link.href))).toBe(200);
  });

  it('is not taken from a header that proxies add', async () => {
    const headers = [
      `Host: evil.example:${port}`,
      `X-Forwarded-Host: 127.0.0.1:${port}`,
      'Forwarded: host=127.0.0.1',
    ];
    expect(statusOf(await ask(headers))).toBe(403);
  });
});

describe('the origin', () => {
  it('may be our own, or none', async () => {
    expect(statusOf(await ask([own()]))).toBe(200);
    expect(statusOf(await ask([own(), `Origin: http://127.0.0.1:${port}`]))).toBe(200);
    expect(statusOf(await ask([`Host: localhost:${port}`, `Origin: http://localhost:${port}`]))).toBe(200);
  });

  const foreign = [
    'https://evil.example',
    'null',
    'http://127.0.0.1',
    'http://127.0.0.1:1',
    'http://127.0.0.1:65535.evil.example',
    'file://',
  ];

  it.each(foreign)('may not be %s', async (origin) => {
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const answer = await ask([own(), `Origin: ${origin}`, 'Content-Length: 0'], undefined, method);
      expect(statusOf(answer), method).toBe(403);
      expect(answer, method).toContain('FOREIGN_ORIGIN');
      expect(answer.toLowerCase(), method).not.toContain('access-control-allow');
    }
  });

  it('may not be ours by another name: a browser keeps the two apart', async () => {
    expect(statusOf(await ask([own(), `Origin: http://localhost:${port}`]))).toBe(403);
  });

  it('is told by Fetch Metadata where the browser sends none', async () => {
    for (const site of ['cross-site', 'same-site']) {
      const fetched = ['Sec-Fetch-Mode: no-cors', `Sec-Fetch-Site: ${site}`];
      expect(statusOf(await ask([own(), ...fetched])), site).toBe(403);
      const followed = ['Sec-Fetch-Mode: navigate', `Sec-Fetch-Site: ${site}`];
      expect(statusOf(await ask([own(), ...followed])), site).toBe(200);
    }
    expect(statusOf(await ask([own(), 'Sec-Fetch-Mode: no-cors', 'Sec-Fetch-Site: same-origin']))).toBe(200);
  });
});

describe('every answer', () => {
  it.each([
    ['an object', () => link.pathname + link.search],
    ['a link that is not ours', () => link.pathname],
    ['the page', () => '/'],
    ['nothing', () => '/none'],
  ])('has the headers that keep other sites away: %s', async (_, target) => {
    const { headers } = await fetch(served.origin + target());
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });

  it('says nothing of other sites', async () => {
    const answer = await ask([`Host: evil.example:${port}`]);
    expect(answer.toLowerCase()).toContain('cross-origin-resource-policy: same-origin');
  });
});
