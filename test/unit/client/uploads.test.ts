import { createHash } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { UploadChange } from '../../../client/uploads/ledger.ts';
import { send, sendXml } from '../../support/client/darkroom-stub.ts';
import { photos, source, UploadHarness, until } from '../../support/client/upload-harness.ts';

let harness: UploadHarness;

beforeEach(async () => {
  harness = await new UploadHarness().start();
});

afterEach(() => harness.stop());

describe('the engine', () => {
  it('stores each file as it is, with its type and recipe', async () => {
    const { stub } = harness;
    const files = photos(3, 200_000);
    const engine = harness.engine();
    const ids = engine.add([...files, new File(['heic'], 'IMG_1.HEIC')], { recipe: 'vivid' });
    const totals = await engine.whenEnded();

    expect(totals).toMatchObject({ status: 'idle', files: 4, bytes: 600_004, sentBytes: 600_004 });
    expect(totals.counts).toEqual({ waiting: 0, sending: 0, uploaded: 4, failed: 0, cancelled: 0 });
    const byName = new Map(stub.stored.map((file) => [file.name, file]));
    for (const file of files) {
      const sha256 = createHash('sha256')
        .update(await file.bytes())
        .digest('hex');
      expect(byName.get(file.name)).toMatchObject({ sha256, type: 'image/jpeg', recipe: 'vivid' });
    }
    expect(byName.get('IMG_1.HEIC')?.type).toBe('image/heic');
    expect(engine.files().map(({ id, uploadId }) => [id, uploadId])).toEqual(
      ids.map((id, index) => [
        id,
        byName.get([...files, { name: 'IMG_1.HEIC' }][index]?.name ?? '')?.uploadId,
      ]),
    );
  });

  it.each([6, 2])('sends no more than %i files at once', async (parallelism) => {
    const { stub } = harness;
    stub.intercept = async ({ url }) => {
      if (url === '/storage') await new Promise((resolve) => setTimeout(resolve, 10));
      return false;
    };
    let atOnce = 0;
    const engine = harness.engine({ parallelism });
    engine.subscribe(({ totals }) => {
      atOnce = Math.max(atOnce, totals.counts.sending);
    });
    engine.add(photos(40));
    await engine.whenEnded();
    expect(stub.stored).toHaveLength(40);
    expect(atOnce).toBe(parallelism);
    expect(stub.mostAtOnce).toBeLessThanOrEqual(parallelism);
  });

  it('takes what is added while it works, and after', async () => {
    const engine = harness.engine();
    engine.add(photos(3));
    engine.add(photos(3));
    await engine.whenEnded();
    engine.add(photos(1));
    expect((await engine.whenEnded()).counts.uploaded).toBe(7);
  });

  it('forgets the files that have ended', async () => {
    const engine = harness.engine();
    engine.add(photos(3));
    await engine.whenEnded();
    engine.clear();
    expect(engine.files()).toEqual([]);
    expect(engine.totals).toMatchObject({ files: 0, bytes: 0, sentBytes: 0 });
  });
});

describe('forms', () => {
  it('are fetched in batches, when their files are near', async () => {
    const { stub } = harness;
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    stub.intercept = async ({ url }) => {
      if (url === '/storage') await held;
      return false;
    };
    const engine = harness.engine();
    engine.add(photos(250));
    await until(() => stub.posts() === 6);
    expect(stub.batches).toEqual([100]);
    release();
    await engine.whenEnded();
    expect(stub.batches.reduce((sum, count) => sum + count)).toBe(250);
    expect(stub.batches.length).toBeLessThanOrEqual(4);
  });

  it('are fetched for a quarter of a gigabyte at most', async () => {
    const { stub } = harness;
    stub.intercept = ({ url }) => url === '/storage';
    const engine = harness.engine();
    const large = new Blob([new Uint8Array(1024)]);
    engine.add(
      Array.from({ length: 50 }, (_, n) => ({ ...source(`${n}.jpg`, large), bytes: 64 * 1024 * 1024 })),
    );
    await until(() => stub.posts() === 6);
    // Six files are under way, which is more than the limit, so no forms were fetched ahead.
    expect(stub.batches[0]).toBe(6);
  });

  it('are renewed when the storage says that they have expired', async () => {
    const { stub } = harness;
    stub.formLifeMs = -1000;
    stub.intercept = ({ url }) => {
      if (url === '/storage') stub.formLifeMs = 60_000;
      return false;
    };
    const engine = harness.engine();
    engine.add(photos(2));
    expect((await engine.whenEnded()).counts.uploaded).toBe(2);
    expect(stub.batches[0]).toBe(2);
    expect(stub.batches.slice(1).reduce((sum, count) => sum + count)).toBe(2);
  });

  it('that are refused for one file are fetched for the others', async () => {
    const { stub } = harness;
    const files = photos(30);
    files[17] = new File([], 'empty.jpg', { type: 'image/jpeg' });
    const engine = harness.engine();
    const ids = engine.add(files);
    const { counts } = await engine.whenEnded();
    expect(counts).toMatchObject({ uploaded: 29, failed: 1 });
    const failed = engine.files().find(({ state }) => state === 'failed');
    expect(failed).toMatchObject({ id: ids[17], problem: { code: 'INVALID_INPUT', status: 400 } });
    // All, the empty one, the others.
    expect(stub.batches).toEqual([30, 1, 29]);
  });

  it('are asked for by halves where the refusal names no file', async () => {
    const { stub } = harness;
    let isFirst = true;
    stub.intercept = (_request, response) => {
      if (!isFirst) return false;
      isFirst = false;
      send(response, 422, { code: 'UNKNOWN_RECIPE', status: 422, field: 'files' });
      return true;
    };
    const engine = harness.engine();
    engine.add(photos(9));
    expect((await engine.whenEnded()).counts.uploaded).toBe(9);
    expect(stub.batches).toEqual([4, 5]);
  });
});

describe('a file that the storage does not take', () => {
  it.each([500, 503, 429])('is sent again after %i', async (status) => {
    const { stub } = harness;
    const engine = harness.engine();
    let refusals = 0;
    stub.intercept = ({ url }, response) => {
      if (url !== '/storage' || ++refusals > 2) return false;
      sendXml(response, status, 'SlowDown');
      return true;
    };
    engine.add(photos(1));
    expect((await engine.whenEnded()).counts.uploaded).toBe(1);
    expect(stub.stored).toHaveLength(1);
    // The form is good for another try.
    expect(stub.batches).toEqual([1]);
  });

  it('fails after its last try, and can be tried again', async () => {
    const { stub } = harness;
    stub.intercept = ({ url }, response) => {
      if (url === '/storage') sendXml(response, 503, 'SlowDown', 'Reduce your request rate.');
      return url === '/storage';
    };
    const engine = harness.engine({ maxTries: 3 });
    const [id] = engine.add(photos(1));
    expect((await engine.whenEnded()).counts.failed).toBe(1);
    expect(stub.posts()).toBe(3);
    expect(engine.files()[0]).toMatchObject({
      sentBytes: 0,
      problem: { code: 'SlowDown', status: 503, message: 'Reduce your request rate.' },
    });

    stub.intercept = () => false;
    engine.retry(id);
    expect((await engine.whenEnded()).counts).toMatchObject({ uploaded: 1, failed: 0 });
    expect(engine.files()[0]?.problem).toBeNull();
  });

  it('is not sent again where it would be refused again', async () => {
    const { stub } = harness;
    stub.intercept = ({ url }, response) => {
      if (url === '/storage') sendXml(response, 400, 'EntityTooLarge');
      return url === '/storage';
    };
    const engine = harness.engine();
    engine.add(photos(1));
    expect((await engine.whenEnded()).counts.failed).toBe(1);
    expect(stub.posts()).toBe(1);
  });

  it('counts as not sent until its next try', async () => {
    const { stub } = harness;
    stub.intercept = ({ url }, response) => {
      if (url === '/storage') sendXml(response, 503, 'SlowDown');
      return url === '/storage';
    };
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const engine = harness.engine({ backoff: { baseMs: 60_000, capMs: 60_000 } });
    engine.add(photos(1));
    await until(() => engine.files()[0]?.problem?.code === 'SlowDown');
    expect(engine.totals).toMatchObject({ sentBytes: 0, counts: { sending: 1 } });
    vi.restoreAllMocks();
  });

  it('is sent again when nothing moves', async () => {
    const { stub } = harness;
    let hangs = true;
    stub.intercept = ({ url }) => {
      if (url !== '/storage' || !hangs) return false;
      hangs = false;
      return true;
    };
    const engine = harness.engine({ stallMs: 100 });
    engine.add(photos(1));
    expect((await engine.whenEnded()).counts.uploaded).toBe(1);
    expect(stub.posts()).toBe(2);
  });

  it('does not stand in the way of the others', async () => {
    const { stub } = harness;
    const poison = new Blob([new Uint8Array(70_000)]);
    stub.intercept = async (request) => {
      const isPoison = request.url === '/storage' && Number(request.headers['content-length']) > 70_000;
      if (isPoison) request.socket.destroy();
      return isPoison;
    };
    const engine = harness.engine({ maxTries: 3 });
    engine.add([source('poison.jpg', poison), ...photos(20)]);
    expect((await engine.whenEnded()).counts).toMatchObject({ uploaded: 20, failed: 1 });
    expect(engine.files()[0]?.problem).toMatchObject({ code: 'NETWORK_ERROR' });
  });
});

describe('a login that has ended', () => {
  it('stops everything until somebody resumes', async () => {
    const { stub } = harness;
    stub.intercept = ({ url }, response) => {
      if (url !== '/api/v1/uploads') return false;
      send(response, 401, { code: 'UNAUTHENTICATED', status: 401 });
      return true;
    };
    const engine = harness.engine();
    engine.add(photos(20));
    await expect(engine.whenEnded()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(engine.totals).toMatchObject({ status: 'blocked', problem: { code: 'UNAUTHENTICATED' } });
    expect(engine.totals.counts.failed).toBe(0);
    const requests = stub.requests.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(stub.requests).toHaveLength(requests);

    stub.intercept = () => false;
    engine.resume();
    expect((await engine.whenEnded()).counts.uploaded).toBe(20);
    expect(engine.totals).toMatchObject({ status: 'idle', problem: null });
  });
});

describe('3,000 files', () => {
  it('are added in a moment', () => {
    const files = photos(3000);
    // The best of a few: the machine may be busy with something else.
    const times = Array.from({ length: 5 }, () => {
      const engine = harness.engine();
      engine.pause();
      const startedAt = performance.now();
      engine.add(files);
      return performance.now() - startedAt;
    });
    // A browser calls a task long from 50 ms on.
    expect(Math.min(...times)).toBeLessThan(50);
  });

  it('are reported in few notifications', async () => {
    const { stub } = harness;
    const names: string[] = [];
    // The stub's own storage parses each form, which takes most of the time.
    stub.intercept = async (request, response) => {
      if (request.url !== '/storage') return false;
      const body = await text(request);
      names.push(/uploads\/local\/[^/]+\/(\S+)/.exec(body)?.[1] ?? '');
      response.writeHead(201).end();
      return true;
    };
    const engine = harness.engine();
    const changes: { at: number; change: UploadChange }[] = [];
    engine.subscribe((change) => changes.push({ at: performance.now(), change }));
    const files = photos(3000);
    const startedAt = performance.now();
    engine.add(files);
    const totals = await engine.whenEnded();
    const elapsedMs = performance.now() - startedAt;

    expect(totals).toMatchObject({ files: 3000, bytes: 300_000, sentBytes: 300_000 });
    expect(new Set(names).size).toBe(3000);
    expect(names).toHaveLength(3000);
    expect(stub.batches.length).toBeLessThanOrEqual(40);
    expect(changes.length).toBeLessThanOrEqual(elapsedMs / 50 + 1);
    const gaps = changes.slice(1, -1).map(({ at }, index) => at - (changes[index]?.at ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThan(45);
    expect(changes[0]?.change.files).toHaveLength(3000);
    expect(changes.at(-1)?.change.totals.counts.uploaded).toBe(3000);
    // Each file is reported when it is added, and at most twice for its start and its end.
    expect(changes.flatMap(({ change }) => change.files).length).toBeLessThanOrEqual(9000);
  });
});
