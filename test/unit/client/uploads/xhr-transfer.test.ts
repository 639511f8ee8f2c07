import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Xhr } from '../../../../client/browser.ts';
import { xhrTransfer } from '../../../../client/uploads/xhr-transfer.ts';
import { NodeXhr } from '../../../support/client/node-xhr.ts';
import { source, UploadHarness, until } from '../../../support/client/upload-harness.ts';

// A form may be relative to the page.
const form = { url: '/storage', fields: { key: 'k', 'Content-Type': 'image/png' } };
const { signal } = new AbortController();

/** A request whose events the test raises. */
class ManualXhr implements Xhr {
  status = 0;
  responseText = '';
  readonly upload: Xhr['upload'] = { onprogress: null, onload: null };
  onload: (() => void) | null = null;
  onerror: (() => void) | null = null;
  onabort: (() => void) | null = null;
  body: FormData | undefined;
  headersRead: string[] = [];

  open(): void {}

  send(body: FormData): void {
    this.body = body;
  }

  abort(): void {
    this.onabort?.();
  }

  getResponseHeader(name: string): string | null {
    this.headersRead.push(name);
    return '7';
  }
}

function begin(file: Blob, onProgress: (sent: number) => void, abort: AbortSignal = signal) {
  const xhr = new ManualXhr();
  const answer = xhrTransfer(
    class {
      constructor() {
        // biome-ignore lint/correctness/noConstructorReturn: the test needs the request that the transfer makes
        return xhr;
      }
    } as unknown as new () => Xhr,
  )(form, file, onProgress, abort);
  return { xhr, answer };
}

describe('a transfer by XMLHttpRequest', () => {
  it('puts the file last, as S3 ignores what follows it', () => {
    const { xhr } = begin(new Blob(['x']), () => {});
    expect([...(xhr.body?.keys() ?? [])]).toEqual(['key', 'Content-Type', 'file']);
  });

  it('counts the bytes of the file, not those of the form around it', () => {
    const progress: number[] = [];
    const { xhr } = begin(new Blob([new Uint8Array(1000)]), (sent) => progress.push(sent));
    for (const loaded of [100, 400, 900, 1400]) xhr.upload.onprogress?.({ loaded, total: 1400 });
    xhr.upload.onload?.();
    expect(progress).toEqual([0, 0, 500, 1000, 1000]);
  });

  it('answers with status and text, and asks for Retry-After only where it matters', async () => {
    for (const [status, headersRead] of [
      [201, []],
      [403, []],
      [503, ['retry-after']],
    ] as const) {
      const { xhr, answer } = begin(new Blob(['x']), () => {});
      Object.assign(xhr, { status, responseText: 'text' });
      xhr.onload?.();
      expect(await answer).toEqual({ status, text: 'text', retryAfter: status === 503 ? '7' : null });
      expect(xhr.headersRead).toEqual(headersRead);
    }
  });

  it('rejects where no answer comes, naming the address', async () => {
    const { xhr, answer } = begin(new Blob(['x']), () => {});
    xhr.onerror?.();
    await expect(answer).rejects.toThrow('/storage');
  });

  it('ends with the reason of the abort', async () => {
    const controller = new AbortController();
    const reason = new Error('cancelled');
    const { answer } = begin(new Blob(['x']), () => {}, controller.signal);
    controller.abort(reason);
    await expect(answer).rejects.toBe(reason);
    await expect(begin(new Blob(['x']), () => {}, controller.signal).answer).rejects.toBe(reason);
  });
});

describe('the engine in a browser', () => {
  let harness: UploadHarness;

  beforeEach(async () => {
    vi.stubGlobal('XMLHttpRequest', NodeXhr);
    harness = await new UploadHarness().start();
  });

  afterEach(async () => {
    await harness.stop();
    vi.unstubAllGlobals();
  });

  it('shows how much of a file has left while it is under way', async () => {
    const { stub } = harness;
    const bytes = 64 * 1024 * 1024;
    const held = Promise.withResolvers<void>();
    stub.intercept = async ({ url }) => {
      if (url === '/storage') await held.promise;
      return false;
    };
    const engine = harness.engine();
    const progress: number[] = [];
    engine.subscribe(({ files }) => progress.push(files[0]?.sentBytes ?? 0));
    engine.add([source('large.jpg', new Blob([new Uint8Array(bytes)]))]);
    await until(() => stub.posts() === 1 && engine.totals.sentBytes > 0);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(engine.totals.sentBytes).toBeLessThan(bytes);
    held.resolve();
    expect(await engine.whenEnded()).toMatchObject({ sentBytes: bytes, counts: { uploaded: 1 } });
    expect(progress.filter((sent) => sent > 0 && sent < bytes).length).toBeGreaterThan(0);
    expect(progress).toEqual(progress.toSorted((one, other) => one - other));
    expect(stub.stored[0]?.bytes).toBe(bytes);
  });

  it('takes no progress from a request that was cancelled', async () => {
    const late = Promise.withResolvers<void>();
    vi.stubGlobal(
      'XMLHttpRequest',
      class extends NodeXhr {
        override abort(): void {
          super.abort();
          setTimeout(() => {
            this.upload.onprogress?.({ loaded: 5000, total: 5000 });
            late.resolve();
          });
        }
      },
    );
    harness.stub.intercept = ({ url }) => url === '/storage';
    const engine = harness.engine();
    const [id] = engine.add([source('a.jpg', new Blob([new Uint8Array(64 * 1024 * 1024)]))]);
    await until(() => harness.stub.posts() === 1 && engine.totals.sentBytes > 0);
    engine.cancel(id);
    await late.promise;
    expect(await engine.whenEnded()).toMatchObject({ sentBytes: 0, counts: { cancelled: 1 } });
  });

  it('cancels, and goes on after a connection that was cut', async () => {
    const { stub } = harness;
    let cuts = 0;
    stub.intercept = (request) => {
      if (request.url !== '/storage' || cuts > 0) return false;
      cuts += 1;
      request.socket.destroy();
      return true;
    };
    const engine = harness.engine();
    const [first, second] = engine.add(
      ['a', 'b'].map((name) => source(name, new Blob([new Uint8Array(500_000)]))),
    );
    engine.cancel(second);
    expect((await engine.whenEnded()).counts).toMatchObject({ uploaded: 1, cancelled: 1 });
    expect(cuts).toBe(1);
    expect(engine.files().find(({ id }) => id === first)?.state).toBe('uploaded');
  });
});
