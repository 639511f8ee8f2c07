import type { IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { UploadEngine } from '../../../../client/uploads.ts';
import { sendXml } from '../../../support/client/darkroom-stub.ts';
import { photos, source, UploadHarness, until } from '../../../support/client/upload-harness.ts';

/** More than the kernel's buffers of a loopback connection take (up to 36 MB here), so that it stays under way. */
const LARGE_BYTES = 64 * 1024 * 1024;

let harness: UploadHarness;

beforeEach(async () => {
  harness = await new UploadHarness().start();
});

afterEach(() => harness.stop());

/** The storage takes the first bytes of a large file and no more. */
function holdLargeFiles(): { hasBegun(): boolean; bytesUntilCut(): Promise<number>; release(): void } {
  const held: IncomingMessage[] = [];
  let isHolding = true;
  harness.stub.intercept = (request) => {
    const isLarge = Number(request.headers['content-length']) >= LARGE_BYTES;
    if (request.url !== '/storage' || !isLarge || !isHolding) return false;
    held.push(request);
    return true;
  };
  return {
    hasBegun: () => held.length > 0,
    /** Reads what has left the client until the connection ends. */
    bytesUntilCut: async () => {
      let bytes = 0;
      try {
        for await (const chunk of held[0] ?? []) bytes += (chunk as Buffer).length;
      } catch {
        return bytes;
      }
      throw new Error(`Expected a connection that was cut, received all ${bytes} bytes.`);
    },
    release: () => {
      isHolding = false;
    },
  };
}

/** The storage has all of a file and does not answer until it is released. */
function holdAnswers(): () => void {
  const held = Promise.withResolvers<void>();
  harness.stub.intercept = async ({ url }) => {
    if (url === '/storage') await held.promise;
    return false;
  };
  return () => held.resolve();
}

function addLarge(engine: UploadEngine): number {
  const [id] = engine.add([source('large.jpg', new Blob([new Uint8Array(LARGE_BYTES)]))]);
  return id ?? 0;
}

function stateOf(engine: UploadEngine, id: number): string | undefined {
  return engine.files().find((file) => file.id === id)?.state;
}

describe('pause', () => {
  it('frees the line at once; resume sends the file from its start', async () => {
    const hold = holdLargeFiles();
    const engine = harness.engine();
    const id = addLarge(engine);
    await until(() => hold.hasBegun() && engine.totals.sentBytes > 0);
    engine.pause();
    expect(await hold.bytesUntilCut()).toBeLessThan(LARGE_BYTES);
    await until(() => stateOf(engine, id) === 'waiting');
    expect(engine.totals).toMatchObject({ status: 'paused', sentBytes: 0 });

    const requests = harness.stub.requests.length;
    engine.add(photos(3));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(harness.stub.requests).toHaveLength(requests);

    hold.release();
    engine.resume();
    const { counts, sentBytes } = await engine.whenEnded();
    expect(counts.uploaded).toBe(4);
    expect(sentBytes).toBe(LARGE_BYTES + 300);
    expect(harness.stub.stored.find(({ name }) => name === 'large.jpg')?.bytes).toBe(LARGE_BYTES);
  });

  it('lets a file end of which only the answer is missing, and starts no other', async () => {
    const release = holdAnswers();
    const engine = harness.engine({ parallelism: 2 });
    engine.add(photos(4));
    await until(() => engine.totals.sentBytes === 200);
    engine.pause();
    release();
    await until(() => engine.totals.counts.uploaded === 2);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(engine.totals.counts).toMatchObject({ uploaded: 2, waiting: 2, sending: 0 });
    engine.resume();
    await engine.whenEnded();
    // Nothing was sent twice.
    expect(harness.stub.stored).toHaveLength(4);
  });

  it('leaves a file alone that the storage then refuses', async () => {
    const { stub } = harness;
    const held = Promise.withResolvers<void>();
    stub.intercept = async (request, response) => {
      if (request.url !== '/storage') return false;
      await held.promise;
      await new Response(request as never).arrayBuffer();
      sendXml(response, 503, 'SlowDown');
      return true;
    };
    const engine = harness.engine({ maxTries: 3 });
    engine.add(photos(1));
    await until(() => engine.totals.sentBytes === 100 && stub.posts() === 1);
    engine.pause();
    held.resolve();
    await until(() => engine.totals.counts.waiting === 1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(stub.posts()).toBe(1);

    // After that it is as any other file: it waits between its tries, and they have an end.
    engine.resume();
    expect((await engine.whenEnded()).counts.failed).toBe(1);
    expect(stub.posts()).toBe(4);
  });

  it('and resume in the same moment lose nothing', async () => {
    const engine = harness.engine();
    engine.add(photos(50));
    for (let count = 0; count < 20; count++) {
      await new Promise((resolve) => setTimeout(resolve, 3));
      engine.pause();
      engine.resume();
    }
    expect((await engine.whenEnded()).counts).toMatchObject({ uploaded: 50, failed: 0, waiting: 0 });
    expect(new Set(harness.stub.stored.map(({ name }) => name)).size).toBe(50);
  });
});

describe('cancel', () => {
  it('stops a file that is being sent, and only that one', async () => {
    const hold = holdLargeFiles();
    const engine = harness.engine();
    const id = addLarge(engine);
    engine.add(photos(5));
    await until(() => hold.hasBegun() && engine.totals.counts.uploaded === 5);
    engine.cancel(id);
    expect(await hold.bytesUntilCut()).toBeLessThan(LARGE_BYTES);
    const totals = await engine.whenEnded();
    expect(totals.counts).toMatchObject({ uploaded: 5, cancelled: 1 });
    expect(totals).toMatchObject({ bytes: 500, sentBytes: 500 });
  });

  it('takes files that wait out of the queue', async () => {
    const release = holdAnswers();
    const engine = harness.engine({ parallelism: 1 });
    const [, second = 0, third] = engine.add(photos(3));
    await until(() => engine.totals.counts.sending === 1);
    engine.cancel(second);
    expect(engine.totals).toMatchObject({ bytes: 200 });
    release();
    const { counts } = await engine.whenEnded();
    expect(counts).toMatchObject({ uploaded: 2, cancelled: 1 });
    expect(harness.stub.stored.map(({ name }) => name)).toEqual(['photo-0.jpg', 'photo-2.jpg']);
    expect(stateOf(engine, third ?? 0)).toBe('uploaded');
  });

  it('of everything ends everything, also while it is paused', async () => {
    const hold = holdLargeFiles();
    const engine = harness.engine();
    addLarge(engine);
    engine.add(photos(3000));
    await until(() => hold.hasBegun() && engine.totals.sentBytes > 0);
    engine.pause();
    engine.cancel();
    expect(await hold.bytesUntilCut()).toBeLessThan(LARGE_BYTES);
    const totals = await engine.whenEnded();
    expect(totals.counts.cancelled).toBe(totals.files - totals.counts.uploaded);
    expect(totals.bytes).toBe(totals.counts.uploaded * 100);
  });

  it('comes too late for a file that has arrived', async () => {
    const release = holdAnswers();
    const engine = harness.engine();
    const [id] = engine.add(photos(1));
    await until(() => engine.totals.sentBytes === 100);
    engine.cancel(id);
    release();
    expect((await engine.whenEnded()).counts).toMatchObject({ uploaded: 1, cancelled: 0 });
  });
});

describe('close', () => {
  it('ends everything, also a file of which only the answer is missing', async () => {
    holdAnswers();
    const engine = harness.engine();
    engine.add(photos(10));
    await until(() => engine.totals.counts.sending === 6);
    engine.close();
    expect((await engine.whenEnded()).counts).toMatchObject({ cancelled: 10, sending: 0 });
  });
});
