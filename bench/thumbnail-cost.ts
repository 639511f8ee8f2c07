import { readFileSync } from 'node:fs';
import { encodeThumbnail, thumbnailPixels } from '../core/image/output/thumbnail.ts';
import { toPixels } from '../core/image/pixels.ts';
import { sharp } from '../core/image/sharp-setup.ts';
import { processFile } from './darkroom.ts';
import { findPictures, type Picture } from './pictures.ts';
import { cell } from './table.ts';
import { race } from './timing.ts';

const WHOLE = 'everything';
const THUMBNAIL = 'thumbnail';
const UPRIGHT = 1;

/**
 * What the thumbnail adds to everything else that is made of an image, in processor time of all threads: rows of title,
 * everything, thumbnail, and by how much it is more.
 */
export async function measureThumbnailCost(pictures: readonly Picture[]): Promise<string[][]> {
  const rows: string[][] = [];
  for (const { title, path } of pictures) {
    const pixels = await toPixels(sharp(readFileSync(path)));
    const times = await race([
      { title: WHOLE, run: () => processorMs(() => processFile(path, true)) },
      {
        title: THUMBNAIL,
        run: () => processorMs(async () => encodeThumbnail(await thumbnailPixels(pixels, UPRIGHT))),
      },
    ]);
    const [wholeMs = 0, thumbnailMs = 0] = [times.get(WHOLE), times.get(THUMBNAIL)];
    const added = (100 * thumbnailMs) / (wholeMs - thumbnailMs);
    rows.push([title, cell(wholeMs), cell(thumbnailMs), `+${added.toFixed(1)} %`]);
  }
  return rows;
}

async function processorMs(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

if (import.meta.main) {
  for (const cells of await measureThumbnailCost(findPictures().pictures))
    process.stdout.write(`${cells.join(' | ')}\n`);
}
