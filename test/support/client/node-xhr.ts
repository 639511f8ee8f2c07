import { type ClientRequest, request } from 'node:http';
import type { Xhr } from '../../../client/browser.ts';

const CHUNK_BYTES = 64 * 1024;

/** An XMLHttpRequest for tests: it really sends, and reports progress when the socket has taken a chunk. */
export class NodeXhr implements Xhr {
  status = 0;
  responseText = '';
  readonly upload: Xhr['upload'] = { onprogress: null, onload: null };
  onload: (() => void) | null = null;
  onerror: (() => void) | null = null;
  onabort: (() => void) | null = null;
  #request: ClientRequest | undefined;
  #url = '';
  #method = '';
  #isAborted = false;
  #headers = new Headers();

  open(method: string, url: string): void {
    this.#method = method;
    this.#url = url;
  }

  send(body: FormData): void {
    this.#send(new Response(body)).catch(() => {
      if (!this.#isAborted) this.onerror?.();
    });
  }

  abort(): void {
    this.#isAborted = true;
    this.#request?.destroy();
    this.onabort?.();
  }

  getResponseHeader(name: string): string | null {
    return this.#headers.get(name);
  }

  async #send(encoded: Response): Promise<void> {
    const bytes = new Uint8Array(await encoded.arrayBuffer());
    const headers = {
      'content-type': encoded.headers.get('content-type') ?? '',
      'content-length': bytes.length,
    };
    const outgoing = request(this.#url, { method: this.#method, headers });
    this.#request = outgoing;
    const answered = this.#readAnswer(outgoing);
    answered.catch(() => {});
    for (let start = 0; start < bytes.length && !this.#isAborted; start += CHUNK_BYTES) {
      const chunk = bytes.subarray(start, start + CHUNK_BYTES);
      await new Promise<void>((resolve, reject) => {
        outgoing.write(chunk, (error) => (error ? reject(error) : resolve()));
      });
      this.upload.onprogress?.({ loaded: start + chunk.length, total: bytes.length });
    }
    outgoing.end();
    this.upload.onload?.();
    await answered;
    if (!this.#isAborted) this.onload?.();
  }

  #readAnswer(outgoing: ClientRequest): Promise<void> {
    return new Promise((resolve, reject) => {
      outgoing.on('error', reject);
      outgoing.on('response', async (response) => {
        this.status = response.statusCode ?? 0;
        this.#headers = new Headers(response.headers as Record<string, string>);
        for await (const chunk of response) this.responseText += String(chunk);
        resolve();
      });
    });
  }
}
