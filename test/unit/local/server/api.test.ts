import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ApiClient } from '../../../../client/http.ts';
import { LiveUpdates } from '../../../../client/live.ts';
import { sharp } from '../../../../core/image/sharp-setup.ts';
import { imageIdOf } from '../../../../core/names.ts';
import { findSource } from '../../../../local/adapters/known-files.ts';
import { type ServedFolder, serveFolder } from '../../../support/local/served-folder.ts';
import { type OidcIssuer, startIssuer } from '../../../support/login/oidc-issuer.ts';
import { fullRecord } from '../../../support/record-factory.ts';

const SAMPLES = join(import.meta.dirname, '..', '..', '..', '..', 'samples');

let served: ServedFolder | undefined;
let issuer: OidcIssuer | undefined;
afterEach(async () => {
  await served?.close();
  await issuer?.close();
  [served, issuer] = [undefined, undefined];
});

async function get(path: string, token?: string) {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(served?.origin + path, { headers });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text };
}

describe('the API of a laptop without a login', () => {
  it('takes everybody for its owner', async () => {
    served = await serveFolder();
    const api = new ApiClient({ baseUrl: `${served.origin}/api/v1` });
    expect(await api.call('GET /me')).toMatchObject({ kind: 'laptop-owner', id: 'laptop' });
    expect(await api.call('GET /images')).toMatchObject({ images: [], next: null });
  });

  it('shows its description, under a policy that loads nothing from elsewhere', async () => {
    served = await serveFolder();
    expect(JSON.parse((await get('/api/v1/openapi.json')).text)).toMatchObject({ openapi: '3.1.0' });
    const page = await get('/api/docs');
    expect([page.status, page.headers.get('content-security-policy')]).toEqual([
      200,
      expect.stringContaining("script-src 'self'"),
    ]);
    for (const [, asset = ''] of page.text.matchAll(/(?:href|src)="(\/[^"]+)"/g)) {
      expect((await get(asset)).status, asset).toBe(200);
    }
  });

  it('signs forms whose files it stores, and tickets for its sockets', async () => {
    served = await serveFolder();
    const api = new ApiClient({ baseUrl: `${served.origin}/api/v1` });
    const file = { name: 'Zürich.jpg', bytes: 6, type: 'image/jpeg', recipe: 'vivid', album: 'Küste / 2026' };
    const { uploads } = await api.call('POST /uploads', { body: { files: [file] } });
    const [form] = uploads;
    if (form === undefined) throw new Error('expected a form');
    const body = new FormData();
    for (const [name, value] of Object.entries(form.fields)) body.append(name, value);
    body.append('file', new Blob(['pixels']));
    expect((await fetch(form.url, { method: 'POST', body })).status).toBe(204);
    const stored = await served.folder.store.head({ bucket: 'uploads', key: form.key });
    expect(stored?.metadata).toMatchObject({ recipe: 'vivid', album: encodeURIComponent('Küste / 2026') });

    const states: string[] = [];
    const updates = new LiveUpdates({
      ticket: (signal) => api.call('POST /live/tickets', { signal }),
      onMessage: () => {},
      onResync: () => states.push('live'),
    });
    updates.start();
    await expect.poll(() => states).toEqual(['live']);
    updates.stop();
  });

  it('tries a recipe on a photo, and keeps only the view of a draft', async () => {
    served = await serveFolder();
    const { ports, inbox } = served.folder;
    const sample = readFileSync(join(SAMPLES, 'chelsea.jpg'));
    writeFileSync(join(inbox.directory, 'chelsea.jpg'), sample);
    const source = await findSource({ ...served.folder, ...inbox }, 'chelsea.jpg');
    if (source === undefined) throw new Error('expected a source');
    const { view: _, ...record } = { ...fullRecord(imageIdOf(source)), owner: 'laptop', source };
    await ports.catalog.create(record);
    const api = new ApiClient({ baseUrl: `${served.origin}/api/v1` });
    const { imageId } = record;
    const recipe = { resize: { ratio: 0.5 }, enhance: { color: 0 }, output: { format: 'webp' as const } };
    for (const draft of [false, true]) {
      const body = { recipe, draft };
      const made = await api.call('POST /images/{imageId}/preview', { path: { imageId }, body });
      const { format, width } = await sharp(await made.picture.bytes()).metadata();
      expect({ format, width }).toEqual({ format: 'webp', width: made.widthPx });
      expect(made).toMatchObject({ isDraft: draft, bytes: made.picture.size });
      expect(made.quality.encode.ssim).toBeGreaterThan(0.9);
      expect(made.quality.detail === null).toBe(draft);
    }
    const outputs = readdirSync(join(served.path, 'outputs'), { recursive: true, withFileTypes: true });
    expect(outputs.filter((entry) => entry.isFile()).map(({ name }) => name)).toEqual(['view.webp']);
  });

  it('takes a body in chunks, and refuses one that does not end', async () => {
    served = await serveFolder();
    const post = (chunks: string[]) => {
      const body = new ReadableStream({
        start(controller) {
          for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
          controller.close();
        },
      });
      const headers = { 'content-type': 'application/json' };
      return fetch(`${served?.origin}/api/v1/links`, {
        method: 'POST',
        body,
        headers,
        duplex: 'half',
      } as RequestInit);
    };
    const items = JSON.stringify({ items: [{ imageId: 'a'.repeat(64), variant: 'processed' }] });
    expect((await post([items.slice(0, 10), items.slice(10)])).status).toBe(200);
    expect((await post(Array(20).fill('x'.repeat(100_000)))).status).toBe(413);
  });

  it('writes a line for what was deleted, and by whom', async () => {
    served = await serveFolder();
    const { catalog } = served.folder.ports;
    const { deletedAt: _, ...record } = { ...fullRecord('a'.repeat(64)), owner: 'laptop' };
    await catalog.create(record);
    const response = await fetch(`${served.origin}/api/v1/images/${record.imageId}`, { method: 'DELETE' });
    expect(response.status).toBe(200);
    const log = readFileSync(join(served.path, 'darkroom.log'), 'utf8');
    expect(JSON.parse(log)).toMatchObject({
      message: 'audit',
      action: 'trash',
      imageId: record.imageId,
      by: 'laptop',
    });
  });
});

describe('the API of a laptop with a login', () => {
  async function serveWithLogin() {
    issuer = await startIssuer();
    served = await serveFolder(
      {},
      { issuer: issuer.url, audience: 'darkroom', scopes: [], clientId: 'page' },
    );
    return issuer;
  }

  it('requires a token of that provider', async () => {
    const { token } = await serveWithLogin();
    expect((await get('/api/v1/me')).status).toBe(401);
    expect(await get('/api/v1/me', 'x')).toMatchObject({ status: 401 });
    expect((await get('/api/v1/me', await token({ aud: 'other' }))).status).toBe(401);
    expect((await get('/api/v1/me', await token({ exp: 1 }))).status).toBe(401);
    const { status, text } = await get('/api/v1/me', await token());
    expect([status, JSON.parse(text)]).toEqual([200, expect.objectContaining({ kind: 'user', id: 'jo' })]);
  });

  it('shows nobody the images of others: not even by the contact sheet', async () => {
    await serveWithLogin();
    expect((await get('/contact-sheet')).status).toBe(404);
    expect((await get(`/pictures/${'a'.repeat(64)}/processed`)).status).toBe(404);
  });
});
