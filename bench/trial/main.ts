import { ApiClient } from '../../client/http.ts';
import type { RecipeInput } from '../../client/types.ts';
import { UploadEngine } from '../../client/uploads.ts';
import { largePhoto } from '../large-photo.ts';
import { percentile } from '../percentile.ts';
import { startDarkroom } from '../start-darkroom.ts';
import { cell, markdownTable } from '../table.ts';
import { inTemporaryFolder } from '../temporary-folder.ts';

/*
 * Trials of recipes on a photo of 12 megapixels, as a client sees them: `npm run bench:trial`. It fails where the best draft at
 * 1600 px takes 150 ms or more: everything that disturbs only adds.
 */

const DRAFTS = 30;
const WARM_UP = 5;
const TARGET_MS = 150;

/** What somebody who moves sliders asks for, in turn; each at 1600 px, as JPEG. */
const RECIPES: readonly RecipeInput[] = [
  { enhance: { color: 1.4 } },
  { enhance: { brightness: 1.2, contrast: 1.1 } },
  { enhance: { sharpness: 1.5, brightness: 1.2, contrast: 1.2, color: 1.2 } },
];

async function uploaded(api: ApiClient): Promise<string> {
  const photo = await largePhoto();
  const engine = new UploadEngine({ api });
  const source = { name: 'large.jpg', type: 'image/jpeg', bytes: photo.size, open: () => photo };
  engine.add([source]);
  for (;;) {
    const { images } = await api.call('GET /images', { query: { state: 'COMPLETE' } });
    if (images[0] !== undefined) {
      engine.close();
      return images[0].imageId;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Milliseconds for each trial, after those that warm up and make the view. */
async function measure(api: ApiClient, imageId: string, draft: boolean, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < WARM_UP + count; index += 1) {
    const recipe = { resize: { ratio: 1 }, ...RECIPES[index % RECIPES.length] };
    const startedMs = performance.now();
    const made = await api.call('POST /images/{imageId}/preview', {
      path: { imageId },
      body: { recipe, draft },
    });
    times.push(performance.now() - startedMs);
    const longestPx = Math.max(made.widthPx, made.heightPx);
    if (draft && longestPx !== 1600) throw new Error(`Expected a draft of 1600 px, received ${longestPx}.`);
  }
  return times.slice(WARM_UP).toSorted((a, b) => a - b);
}

const { drafts, whole } = await inTemporaryFolder(async (folder) => {
  const { baseUrl, stop } = await startDarkroom(folder);
  try {
    const api = new ApiClient({ baseUrl });
    const imageId = await uploaded(api);
    return {
      drafts: await measure(api, imageId, true, DRAFTS),
      whole: await measure(api, imageId, false, 6),
    };
  } finally {
    await stop();
  }
});
const row = (title: string, times: readonly number[]) => [
  title,
  ...[0, 0.5, 0.95].map((share) => cell(percentile(times, share))),
];
const rows = [row('draft at 1600 px', drafts), row('original, 12 megapixels', whole)];
process.stdout.write(`${markdownTable(['trial', 'best', 'median', 'p95'], rows)}\n`);
const bestMs = percentile(drafts, 0);
if (bestMs >= TARGET_MS) {
  process.stdout.write(`Expected a draft in less than ${TARGET_MS} ms, received ${bestMs.toFixed(0)} ms.\n`);
  process.exitCode = 1;
}
