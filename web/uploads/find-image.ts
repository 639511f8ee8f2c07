import type { Api } from '../../client/http.ts';
import { sleep } from '../../client/waiting.ts';

/** Ingest takes the upload within this time, unless much waits before it. */
const WAITS_MS = [100, 200, 400, 800, 1500, 3000, 5000, 10_000, 20_000, 30_000];

/** The image that an upload has become. Undefined where ingest has not taken it within a minute. */
export async function findImage(api: Api, uploadId: string): Promise<string | undefined> {
  for (const waitMs of WAITS_MS) {
    try {
      const { imageId } = await api.call('GET /uploads/{uploadId}', { path: { uploadId } });
      if (imageId !== null) return imageId;
    } catch {
      // The live message shows the image in any case; only the link from the upload to it is missing.
    }
    await sleep(waitMs);
  }
  return undefined;
}
