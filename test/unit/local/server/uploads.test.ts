import { createHash } from 'node:crypto';
import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { imageIdOf } from '../../../../core/names.ts';
import { readMessage } from '../../../../core/pipeline/messages/message.ts';
import type { SignedForm, UploadGrant } from '../../../../core/ports.ts';
import { attachToDataFolder } from '../../../../local/data-folder.ts';
import { recoverUploads } from '../../../../local/server/recover-uploads.ts';
import { folderOptions, type ServedFolder, serveFolder } from '../../../support/local/served-folder.ts';

const GRANT: UploadGrant = {
  key: 'uploads/laptop/AAAAAAAAAAAAAAAAAAAAAA/Zürich 100%.jpg',
  contentType: 'image/jpeg',
  maxBytes: 10,
  metadata: { recipe: 'vivid', album: 'K%C3%BCste' },
};
let served: ServedFolder;
beforeEach(async () => {
  served = await serveFolder();
});
afterEach(async () => {
  vi.useRealTimers();
  await served.close();
});

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const sign = (grant: Partial<UploadGrant> = {}) => served.folder.forms.sign({ ...GRANT, ...grant });

async function post(
  { url, fields }: Pick<SignedForm, 'url' | 'fields'>,
  content: string | Blob = 'pixels',
  headers: Record<string, string> = {},
) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([content]), 'other name.jpg');
  const response = await fetch(url, { method: 'POST', body: form, headers });
  const text = await response.text();
  return { status: response.status, code: /<Code>(\w+)</.exec(text)?.[1], text, headers: response.headers };
}

/** The sources in the ingest queue. */
async function sent() {
  const tasks = await served.folder.queue.receive('ingest', { max: 10, visibilityMs: 1000 });
  return tasks.flatMap(({ body }) =>
    readMessage('ingest', body).tasks.map((task) => (task.type === 'upload' ? task.source : undefined)),
  );
}

function uploadFiles(): string[] {
  const entries = readdirSync(join(served.path, 'uploads'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

describe('a form that is filled in as it was signed', () => {
  it('stores the file with what was signed, and sends it to be processed', async () => {
    const { status, text, headers } = await post(await sign());
    expect([status, text, headers.get('etag')]).toEqual([204, '', `"${sha256('pixels')}"`]);
    const [source] = await sent();
    expect(source).toMatchObject({
      bucket: 'uploads',
      key: GRANT.key,
      versionId: sha256('pixels'),
      bytes: 6,
    });
    const ref = { bucket: 'uploads', key: GRANT.key, versionId: sha256('pixels') };
    const { contentType, metadata } = GRANT;
    expect(await served.folder.store.head(ref)).toMatchObject({ bytes: 6, contentType, metadata });
    expect(String(await served.folder.store.read(ref))).toBe('pixels');
    expect(uploadFiles()).toEqual(['Zürich 100%.jpg']);
  });

  it('is the same upload when it comes again, and a new one with other content', async () => {
    const form = await sign();
    for (const content of ['pixels', 'pixels', 'others'])
      expect((await post(form, content)).status).toBe(204);
    const ids = (await sent()).map((source) => source && imageIdOf(source));
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  it('is shown by a link as a download', async () => {
    await post(await sign());
    const { url } = await served.folder.links.sign({ bucket: 'uploads', key: GRANT.key });
    const { headers } = await fetch(url);
    expect(headers.get('content-disposition')).toContain("filename*=UTF-8''Z%C3%BCrich%20100%25.jpg");
  });

  it('may be sent many at a time', async () => {
    const content = 'x'.repeat(2_000_000);
    const statuses = await Promise.all(
      Array.from({ length: 8 }, async (_, n) => {
        const form = await sign({ key: `uploads/laptop/${n}/a.jpg`, maxBytes: content.length });
        return (await post(form, content)).status;
      }),
    );
    expect(statuses).toEqual(Array(8).fill(204));
    expect(await sent()).toHaveLength(8);
  });

  it.each(['../../../escape.jpg', '..', '.hidden', 'a\0b', '.partial/x', 'CON', 'x'.repeat(300)])(
    'stores a file named %j in the folder, and nowhere else',
    async (name) => {
      const key = `uploads/laptop/id/${name}`;
      expect((await post(await sign({ key }))).status).toBe(204);
      expect(String(await served.folder.store.read({ bucket: 'uploads', key }))).toBe('pixels');
      expect(uploadFiles()).toHaveLength(1);
      await served.folder.store.delete({ bucket: 'uploads', key });
      expect(uploadFiles()).toEqual([]);
      expect(await served.folder.store.head({ bucket: 'uploads', key })).toBeUndefined();
    },
  );
});

describe('a form cannot be used', () => {
  async function refused(form: SignedForm, content?: string | Blob, headers?: Record<string, string>) {
    const { status, code, text } = await post(form, content, headers);
    expect(uploadFiles()).toEqual([]);
    expect(await sent()).toEqual([]);
    return { status, code, text };
  }
  async function changed(fields: Record<string, string>) {
    const form = await sign();
    return refused({ ...form, fields: { ...form.fields, ...fields } });
  }

  it.each([
    ['key', 'uploads/other/AAAAAAAAAAAAAAAAAAAAAA/a.jpg'],
    ['Content-Type', 'image/png'],
    ['x-amz-meta-recipe', 'augment'],
    ['x-amz-meta-album', 'other'],
  ])('for another %s', async (name, value) => {
    const { status, code, text } = await changed({ [name]: value });
    expect([status, code]).toEqual([403, 'AccessDenied']);
    expect(text).toContain('Policy Condition failed');
  });

  it('with a field that was not signed, or without one that was', async () => {
    const { status, text } = await changed({ 'x-amz-meta-more': 'x' });
    expect(status).toBe(403);
    expect(text).toContain('Extra input fields: x-amz-meta-more');
    const { url, fields, expiresAt } = await sign();
    const { 'x-amz-meta-recipe': _, ...rest } = fields;
    expect(await refused({ url, fields: rest, expiresAt })).toMatchObject({
      status: 403,
      code: 'AccessDenied',
    });
  });

  it('with another policy, or another signature', async () => {
    const other = await sign({ maxBytes: 1_000_000 });
    expect(await changed({ policy: String(other.fields.policy) })).toMatchObject({
      code: 'SignatureDoesNotMatch',
    });
    expect(await changed({ 'x-amz-signature': '' })).toMatchObject({
      status: 403,
      code: 'SignatureDoesNotMatch',
    });
    const link = new URL((await served.folder.links.sign({ bucket: 'outputs', key: 'a' })).url);
    const signature = String(link.searchParams.get('signature'));
    expect(await changed({ 'x-amz-signature': signature })).toMatchObject({ code: 'SignatureDoesNotMatch' });
    const form = await sign();
    const { policy: _, ...unsigned } = form.fields;
    expect(await refused({ ...form, fields: unsigned })).toMatchObject({ status: 403, code: 'AccessDenied' });
  });

  it('after it has expired', async () => {
    const form = await sign();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 15 * 60_000 + 1 });
    const { status, text } = await refused(form);
    expect(status).toBe(403);
    expect(text).toContain('Invalid according to Policy: Policy expired.');
  });

  it('for more bytes than were declared, or none', async () => {
    expect(await refused(await sign(), 'x'.repeat(11))).toMatchObject({
      status: 400,
      code: 'EntityTooLarge',
    });
    expect(await refused(await sign(), '')).toMatchObject({ status: 400, code: 'EntityTooSmall' });
    expect((await post(await sign(), 'x'.repeat(10))).status).toBe(204);
  });

  it('for far more bytes than were declared: the rest is not read', async () => {
    const content = new Blob([new Uint8Array(20_000_000)]);
    expect(await refused(await sign(), content)).toMatchObject({ status: 400, code: 'EntityTooLarge' });
  });

  it('without a file, or with the file first', async () => {
    const { url, fields } = await sign();
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    const without = await fetch(url, { method: 'POST', body: form });
    expect([without.status, await without.text()]).toEqual([400, expect.stringContaining('InvalidArgument')]);
    const first = new FormData();
    first.append('file', new Blob(['x']));
    for (const [name, value] of Object.entries(fields)) first.append(name, value);
    expect((await fetch(url, { method: 'POST', body: first })).status).toBe(403);
  });

  it('by a page of another site', async () => {
    const form = await sign();
    expect(await refused(form, 'pixels', { origin: 'https://evil.example' })).toMatchObject({ status: 403 });
  });
});

describe('what is no form', () => {
  it.each([
    ['JSON', { 'content-type': 'application/json' }, '{}', 412, 'PreconditionFailed'],
    [
      'no multipart body',
      { 'content-type': 'multipart/form-data; boundary=b' },
      'x',
      400,
      'MalformedPOSTRequest',
    ],
    [
      'fields without an end',
      { 'content-type': 'multipart/form-data; boundary=b' },
      `--b\r\nContent-Disposition: form-data; name="key"\r\n\r\n${'x'.repeat(30_000)}\r\n--b--`,
      400,
      'MalformedPOSTRequest',
    ],
  ])('is refused: %s', async (_, headers, body, status, code) => {
    const response = await fetch(`${served.origin}/uploads`, { method: 'POST', headers, body });
    expect([response.status, await response.text()]).toEqual([
      status,
      expect.stringContaining(`<Code>${code}<`),
    ]);
  });

  it('needs a length, as S3 does', async () => {
    const body = new Blob(['--b--']).stream();
    const init = {
      method: 'POST',
      body,
      duplex: 'half',
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
    };
    const response = await fetch(`${served.origin}/uploads`, init as RequestInit);
    expect([response.status, await response.text()]).toEqual([
      411,
      expect.stringContaining('MissingContentLength'),
    ]);
  });
});

describe('an upload that ends early', () => {
  it('leaves nothing behind, and says nothing in the log', async () => {
    const { fields } = await sign({ maxBytes: 1_000_000 });
    const head = Object.entries(fields).map(
      ([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    );
    const file = '--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n';
    const socket = connect(served.folder.address.port, '127.0.0.1');
    socket.write(
      `POST /uploads HTTP/1.1\r\nHost: 127.0.0.1:${served.folder.address.port}\r\nContent-Length: 900000\r\n` +
        `Content-Type: multipart/form-data; boundary=b\r\n\r\n${head.join('')}${file}${'x'.repeat(300_000)}`,
    );
    await vi.waitFor(() => expect(uploadFiles()).toHaveLength(1), 5000);
    socket.destroy();
    await vi.waitFor(() => expect(uploadFiles()).toEqual([]), 5000);
    expect(await sent()).toEqual([]);
    expect(existsSync(join(served.path, 'darkroom.log'))).toBe(false);
  });

  it('may be tried again where the disk was gone', async () => {
    const folder = join(served.path, 'uploads');
    renameSync(folder, `${folder}-unplugged`);
    const { status, code, text } = await post(await sign());
    expect([status, code]).toEqual([503, 'ServiceUnavailable']);
    expect(text).toContain('the folder is not there');
    renameSync(`${folder}-unplugged`, folder);
    expect((await post(await sign())).status).toBe(204);
  });
});

describe('the next start', () => {
  const recover = () => {
    const { uploads, store, queue } = served.folder;
    if (!uploads) throw new Error('expected a folder of uploads');
    return recoverUploads(uploads, store, queue);
  };

  it('sends an upload again that the catalog does not know', async () => {
    await post(await sign());
    const [first] = await sent();
    expect(await recover()).toBe(1);
    const again = await sent();
    expect(again.at(-1)).toMatchObject({ key: GRANT.key, versionId: first?.versionId });
  });

  it('forgets an upload whose file never got its path', async () => {
    await post(await sign());
    rmSync(join(served.path, 'uploads', 'laptop'), { recursive: true });
    expect(await recover()).toBe(0);
    expect(await served.folder.store.locate({ bucket: 'uploads', key: GRANT.key })).toBeUndefined();
  });

  it('goes by the file where a crash kept its new content out', async () => {
    await post(await sign());
    const file = join(served.path, 'uploads', 'laptop', 'AAAAAAAAAAAAAAAAAAAAAA', 'Zürich 100%.jpg');
    writeFileSync(file, 'before');
    expect(await recover()).toBe(1);
    expect((await sent()).at(-1)?.versionId).toBe(sha256('before'));
  });

  it('removes what was half-written, and nothing while another process looks', async () => {
    const file = await served.folder.uploads?.folder.begin();
    await file?.write(Buffer.from('half'));
    expect(uploadFiles()).toHaveLength(1);
    attachToDataFolder(folderOptions(served.path)).database.close();
    expect(uploadFiles()).toHaveLength(1);
    await file?.discard();
    expect(uploadFiles()).toEqual([]);
  });
});
