import { statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../../../core/errors.ts';
import { attachToDataFolder } from '../../../../local/data-folder.ts';
import { openLog } from '../../../../local/log.ts';
import { makeServer } from '../../../../local/server/open-server.ts';
import { rawRequest, statusOf } from '../../../support/local/raw-request.ts';
import {
  folderOptions,
  type ServedFolder,
  serveFolder,
  WITHOUT_APP,
} from '../../../support/local/served-folder.ts';

let served: ServedFolder;
beforeEach(async () => {
  served = await serveFolder();
});
afterEach(() => served.close());

describe('the local server', () => {
  it('says what to do where its port is in use', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const log = openLog(join(served.path, 'darkroom.log'));
    const { folder, live, pixels } = served;
    const server = makeServer(folder, { port, contactSheet: '', live, pixels, log, ...WITHOUT_APP });
    await expect(server.listen()).rejects.toThrow(InvalidInputError);
    await expect(server.listen()).rejects.toThrow(
      `Port ${port} is in use by another program. Give it another one: --port`,
    );
    await server.close();
    other.close();
  });

  it('is reached by this machine alone', async () => {
    const { port } = served.folder.address;
    const others = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    for (const { address, family, internal } of others) {
      if (internal || family !== 'IPv4') continue;
      await expect(fetch(`http://${address}:${port}/`)).rejects.toThrow('fetch failed');
    }
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
  });

  it('tells another process of the folder where it is', async () => {
    const ref = { bucket: 'outputs', key: 'processed/a.jpg' };
    await served.folder.store.write(ref, Buffer.from('pixels'), 'image/jpeg');
    const attached = attachToDataFolder(folderOptions(served.path));
    const { url } = await attached.links.sign(ref);
    attached.database.close();
    expect(await (await fetch(url)).text()).toBe('pixels');
  });

  it('ends answers that nobody reads when it stops', async () => {
    const ref = { bucket: 'outputs', key: 'processed/large.png' };
    await served.folder.store.write(ref, Buffer.alloc(20_000_000), 'image/png');
    const response = await fetch((await served.folder.links.sign(ref)).url);
    const before = performance.now();
    await served.server.close();
    expect(performance.now() - before).toBeLessThan(5000);
    await expect(response.arrayBuffer()).rejects.toThrow();
  });

  it('answers an upgrade to something else as if it had not been asked', async () => {
    const { port } = served.folder.address;
    const lines = ['GET / HTTP/1.1', `Host: 127.0.0.1:${port}`, 'Connection: Upgrade, close', 'Upgrade: h2c'];
    expect(statusOf(await rawRequest(port, lines))).toBe(200);
  });
});

describe('the page', () => {
  it('is the contact sheet, which loads nothing and runs nothing', async () => {
    const address = `${served.origin}/contact-sheet`;
    expect(await (await fetch(address)).text()).toContain('There is no contact sheet yet.');
    writeFileSync(join(served.path, 'contact-sheet.html'), '<!doctype html><p>Sheet');
    const response = await fetch(address);
    expect(await response.text()).toBe('<!doctype html><p>Sheet');
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).not.toContain('script');
  });

  it('has one address, so that its requests are of one origin', async () => {
    const { port } = served.folder.address;
    const response = await fetch(`http://localhost:${port}/`, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([302, `http://127.0.0.1:${port}/`]);
  });

  it('knows no picture of an image that it does not know', async () => {
    const response = await fetch(`${served.origin}/pictures/${'a'.repeat(64)}/processed`);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      404,
      'application/problem+json',
    ]);
  });
});

it.skipIf(process.platform === 'win32')('keeps the key of its signatures from other users', () => {
  const mode = (name: string) => statSync(join(served.path, name)).mode & 0o777;
  expect(mode('darkroom.db')).toBe(0o600);
  expect(mode('darkroom.db-wal')).toBe(0o600);
});

it('makes its key once', async () => {
  const { path, folder } = served;
  const ref = { bucket: 'outputs', key: 'processed/a.jpg' };
  const { url } = await folder.links.sign(ref);
  const attached = attachToDataFolder(folderOptions(path));
  expect(attached.links.read(new URL(url))?.ref).toMatchObject(ref);
  attached.database.close();
});
