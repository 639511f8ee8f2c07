import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rawRequest, statusOf } from '../../../support/local/raw-request.ts';
import { type ServedFolder, serveFolder } from '../../../support/local/served-folder.ts';

const PASSWORD = 'correct-horse-battery';
const ORIGIN = 'http://studio:4400';

let served: ServedFolder;
beforeEach(async () => {
  // The check stays on loopback; whoever comes names the host under which others reach it.
  served = await serveFolder({}, undefined, { listen: '127.0.0.1', origin: ORIGIN, password: PASSWORD });
});
afterEach(() => served.close());

const basic = (password: string, user = 'jo') =>
  `Authorization: Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

async function answer(path: string, ...headers: string[]): Promise<string> {
  const lines = [`GET ${path} HTTP/1.1`, 'Host: studio:4400', 'Connection: close', ...headers];
  return rawRequest(served.folder.address.port, lines);
}

describe('a server with a password', () => {
  it.each(['/', '/trash', '/config.json', '/contact-sheet', '/api/v1/images', '/api/docs', '/nothing'])(
    'answers nothing at %s without it',
    async (path) => {
      for (const headers of [[], [basic('wrong')], [basic(`${PASSWORD} `)], ['Authorization: Bearer x']]) {
        const text = await answer(path, ...headers);
        expect([headers, statusOf(text)]).toEqual([headers, 401]);
        expect(text.toLowerCase()).toContain('www-authenticate: basic realm="darkroom", charset="utf-8"');
        expect(text).toContain('PASSWORD_REQUIRED');
      }
    },
  );

  it('answers with it, whatever the user name', async () => {
    for (const user of ['jo', '', 'a:b'.slice(0, 1)]) {
      expect(statusOf(await answer('/api/v1/images', basic(PASSWORD, user)))).toBe(200);
    }
  });

  it('lets signed links through: they prove themselves, and expire', async () => {
    const ref = { bucket: 'outputs', key: 'processed/a.jpg' };
    await served.folder.store.write(ref, Buffer.from('pixels'), 'image/jpeg');
    const { url } = await served.folder.links.sign(ref);
    expect(url.startsWith(`${ORIGIN}/objects/`)).toBe(true);
    const { pathname, search } = new URL(url);
    expect(statusOf(await answer(pathname + search))).toBe(200);
    expect(statusOf(await answer(pathname))).toBe(403);
  });

  it('still refuses other hosts, and pages of other origins', async () => {
    const { port } = served.folder.address;
    const foreign = [
      'GET /api/v1/images HTTP/1.1',
      'Host: evil.example',
      'Connection: close',
      basic(PASSWORD),
    ];
    expect(statusOf(await rawRequest(port, foreign))).toBe(403);
    expect(statusOf(await answer('/api/v1/images', basic(PASSWORD), 'Origin: http://evil.example'))).toBe(
      403,
    );
    expect(statusOf(await answer('/api/v1/images', basic(PASSWORD), `Origin: ${ORIGIN}`))).toBe(200);
    expect(statusOf(await answer('/api/v1/images', basic(PASSWORD), 'Sec-Fetch-Site: cross-site'))).toBe(403);
  });

  it('names its origin in the policy of the page, and sends pages there', async () => {
    expect(await answer('/', basic(PASSWORD))).toContain("connect-src 'self' ws://studio:4400");
    const { port } = served.folder.address;
    const lines = ['GET /trash HTTP/1.1', `Host: 127.0.0.1:${port}`, 'Connection: close', basic(PASSWORD)];
    const redirect = await rawRequest(port, lines);
    expect([statusOf(redirect), /location: (\S+)/i.exec(redirect)?.[1]]).toEqual([302, `${ORIGIN}/trash`]);
  });
});
