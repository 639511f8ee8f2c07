import { ApiClient } from '../../../client/http.ts';
import type { UploadSource } from '../../../client/uploads/entry.ts';
import { UploadEngine, type UploadOptions } from '../../../client/uploads.ts';
import { DarkroomStub } from './darkroom-stub.ts';

const BACKOFF = { baseMs: 10, capMs: 40 };

/** A stub, a client of it, and engines that are closed with it. */
export class UploadHarness {
  readonly stub = new DarkroomStub();
  readonly #engines: UploadEngine[] = [];

  async start(): Promise<this> {
    await this.stub.start();
    return this;
  }

  async stop(): Promise<void> {
    for (const engine of this.#engines) engine.close();
    await this.stub.stop();
  }

  engine(options: Partial<UploadOptions> = {}): UploadEngine {
    const api = new ApiClient({ baseUrl: this.stub.baseUrl, backoff: BACKOFF, retries: 1 });
    const engine = new UploadEngine({ api, backoff: BACKOFF, ...options });
    this.#engines.push(engine);
    return engine;
  }
}

/** Files with different content, `photo-0.jpg` and so on. */
export function photos(count: number, bytes = 100): File[] {
  return Array.from({ length: count }, (_, index) => {
    const content = `${index} `.repeat(bytes).slice(0, bytes);
    return new File([content], `photo-${index}.jpg`, { type: 'image/jpeg' });
  });
}

/** Content in memory that is opened when its turn comes. */
export function source(name: string, blob: Blob): UploadSource {
  return { name, bytes: blob.size, type: 'image/jpeg', open: () => blob };
}

/** Resolves when the condition holds. @throws Error after 10 s */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`never held: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
