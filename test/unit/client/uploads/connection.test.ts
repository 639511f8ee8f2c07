import { openAsBlob } from 'node:fs';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { send, sendXml } from '../../../support/client/darkroom-stub.ts';
import { stubPageEvents } from '../../../support/client/page-events.ts';
import { photos, source, UploadHarness, until } from '../../../support/client/upload-harness.ts';

let harness: UploadHarness;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'darkroom-client-'));
  harness = await new UploadHarness().start();
});

afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  await harness.stop();
  await rm(folder, { recursive: true });
});

describe('an outage', () => {
  it('uses up no tries: the engine waits, probes and goes on by itself', async () => {
    const { stub } = harness;
    stub.intercept = async ({ url }) => {
      if (url === '/storage') await new Promise((resolve) => setTimeout(resolve, 5));
      return false;
    };
    const engine = harness.engine({ maxTries: 1 });
    engine.add(photos(60));
    await until(() => stub.stored.length >= 10);
    await stub.stop();
    await until(() => engine.totals.status === 'offline');
    const { counts } = engine.totals;
    expect(counts.failed).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(engine.totals.counts).toEqual(counts);

    await stub.start();
    const totals = await engine.whenEnded();
    expect(totals).toMatchObject({ status: 'idle', counts: { uploaded: 60, failed: 0 } });
    expect(new Set(stub.stored.map(({ name }) => name)).size).toBe(60);
  });

  it('from the start is no different', async () => {
    const { stub } = harness;
    const engine = harness.engine({ maxTries: 1 });
    await stub.stop();
    engine.add(photos(5));
    await until(() => engine.totals.status === 'offline');
    await stub.start();
    expect((await engine.whenEnded()).counts.uploaded).toBe(5);
  });

  it('ends as soon as the browser says that it is online', async () => {
    const events = stubPageEvents();
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const { stub } = harness;
    const engine = harness.engine({ backoff: { baseMs: 300, capMs: 60_000 } });
    await stub.stop();
    engine.add(photos(5));
    await until(() => engine.totals.status === 'offline');
    // The next probe would be in 600 ms, and each failure doubles that.
    const startedAt = performance.now();
    await stub.start();
    events.online();
    await until(() => stub.requests.includes('GET /api/v1/me'));
    expect(performance.now() - startedAt).toBeLessThan(500);
    expect((await engine.whenEnded()).counts.uploaded).toBe(5);
  });

  it('can be paused and cancelled', async () => {
    const { stub } = harness;
    const engine = harness.engine();
    await stub.stop();
    const [first] = engine.add(photos(3));
    await until(() => engine.totals.status === 'offline');
    engine.cancel(first);
    engine.pause();
    await until(() => engine.totals.counts.sending === 0);
    expect(engine.totals).toMatchObject({ status: 'paused', counts: { cancelled: 1, waiting: 2 } });
    await stub.start();
    engine.resume();
    expect((await engine.whenEnded()).counts).toMatchObject({ uploaded: 2, cancelled: 1 });
  });
});

describe('an answer that is lost', () => {
  it('does not make a second copy of the file', async () => {
    const { stub } = harness;
    let lost = 0;
    stub.intercept = ({ url }, response) => {
      if (url !== '/storage' || lost >= 3) return false;
      lost += 1;
      // The file is stored; its answer never leaves.
      response.writeHead = () => {
        response.socket?.destroy();
        return response;
      };
      return false;
    };
    const engine = harness.engine();
    engine.add(photos(10));
    expect((await engine.whenEnded()).counts.uploaded).toBe(10);
    expect(lost).toBe(3);
    expect(stub.stored).toHaveLength(10);
    const ids = engine.files().map(({ uploadId }) => uploadId);
    expect(new Set(ids)).toEqual(new Set(stub.stored.map(({ uploadId }) => uploadId)));
  });

  it.each([200, 404])('is followed by another try where the file has not arrived (%i)', async (status) => {
    const { stub } = harness;
    let posts = 0;
    stub.intercept = async (request, response) => {
      if (request.url?.startsWith('/api/v1/uploads/') && status === 404) {
        send(response, 404, { code: 'NOT_FOUND', status: 404 });
        return true;
      }
      if (request.url !== '/storage' || ++posts > 2) return false;
      await new Response(request as never).arrayBuffer();
      if (posts === 1) request.socket.destroy();
      else sendXml(response, 503, 'SlowDown');
      return true;
    };
    const engine = harness.engine();
    engine.add(photos(1));
    expect((await engine.whenEnded()).counts.uploaded).toBe(1);
    // Asked once, and with the same form after that: the server can tell that it is the same upload.
    const lookUps = stub.requests.filter((line) => line.startsWith('GET /api/v1/uploads/'));
    expect(lookUps).toEqual([`GET /api/v1/uploads/${stub.stored[0]?.uploadId}`]);
    expect(stub.batches).toEqual([1]);
  });

  it('is not asked for where the file had not left', async () => {
    const { stub } = harness;
    let isFirst = true;
    stub.intercept = (request) => {
      if (request.url !== '/storage' || !isFirst) return false;
      isFirst = false;
      request.socket.destroy();
      return true;
    };
    const engine = harness.engine();
    engine.add([source('large.jpg', new Blob([new Uint8Array(64 * 1024 * 1024)]))]);
    expect((await engine.whenEnded()).counts.uploaded).toBe(1);
    expect(stub.requests.filter((line) => line.startsWith('GET /api/v1/uploads/'))).toEqual([]);
  });
});

describe('a file on disk', () => {
  it('is sent as it is read, with progress and not read ahead of the socket', async () => {
    const { stub } = harness;
    const path = join(folder, 'large.tif');
    const bytes = 128 * 1024 * 1024;
    await writeFile(path, 'II');
    await truncate(path, bytes);
    const held = Promise.withResolvers<void>();
    stub.intercept = async (request, response) => {
      if (request.url !== '/storage') return false;
      await held.promise;
      let received = 0;
      for await (const chunk of request) received += (chunk as Buffer).length;
      response.writeHead(received === Number(request.headers['content-length']) ? 201 : 400).end();
      return true;
    };
    const engine = harness.engine();
    const progress: number[] = [];
    engine.subscribe(({ totals }) => progress.push(totals.sentBytes));
    engine.add([{ name: 'large.tif', bytes, type: 'image/tiff', open: () => openAsBlob(path) }]);
    await until(() => engine.totals.sentBytes > 0);
    // What the kernel takes on loopback without anybody reading it, and no more.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const stuckAt = engine.totals.sentBytes;
    expect(stuckAt).toBeLessThan(bytes / 2);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(engine.totals.sentBytes).toBe(stuckAt);

    held.resolve();
    expect(await engine.whenEnded()).toMatchObject({ sentBytes: bytes, counts: { uploaded: 1 } });
    expect(progress).toEqual(progress.toSorted((one, other) => one - other));
    expect(progress.filter((sent) => sent > 0 && sent < bytes).length).toBeGreaterThan(1);
  });

  it('that was changed or is gone fails at once, and says so', async () => {
    const path = join(folder, 'changed.jpg');
    await writeFile(path, 'before');
    const changed = await openAsBlob(path);
    await writeFile(path, 'another content');
    const engine = harness.engine();
    engine.add([
      source('changed.jpg', changed),
      { name: 'gone.jpg', bytes: 6, type: 'image/jpeg', open: () => openAsBlob(join(folder, 'gone.jpg')) },
      ...photos(3),
    ]);
    expect((await engine.whenEnded()).counts).toMatchObject({ uploaded: 3, failed: 2 });
    const failed = engine.files().filter(({ state }) => state === 'failed');
    expect(failed.map(({ name, problem }) => [name, problem?.code])).toEqual([
      ['changed.jpg', 'FILE_UNREADABLE'],
      ['gone.jpg', 'FILE_UNREADABLE'],
    ]);
    expect(harness.stub.requests).not.toContain('GET /api/v1/me');
  });
});
