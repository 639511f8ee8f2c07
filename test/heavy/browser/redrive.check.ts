import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { LAPTOP_OWNER } from '../../../core/access.ts';
import { imageIdOf } from '../../../core/names.ts';
import { recipeBook } from '../../../core/recipe.ts';
import { attachToDataFolder, laptopFolders } from '../../../local/data-folder.ts';
import { smallJpeg } from '../../support/programs.ts';
import { receivedRecord } from '../../support/record-factory.ts';
import { openLaptop } from './laptop.ts';
import { openBrowser, openPage } from './page.ts';

const LIMITS = { maxBytes: 1e8, maxPixels: 2e8, maxPages: 200, maxMemoryBytes: 1e9, timeoutMs: 60_000 };

/** Puts a photo into the inbox of a stopped pipeline, whose first run FAILED and was published. */
async function failedPhoto(dataDir: string): Promise<string> {
  const folder = attachToDataFolder({
    ...laptopFolders(dataDir),
    recipeName: 'augment',
    recipes: recipeBook(),
    limits: LIMITS,
    webhooks: [],
    linkTtlS: 3600,
    trashDays: 30,
    onError: (problem) => expect.unreachable(problem.message),
  });
  writeFileSync(join(dataDir, 'inbox', 'failed.jpg'), await smallJpeg(7, 900, 600));
  const source = await folder.store.source('inbox', 'failed.jpg');
  if (!source) throw new Error('expected the photo in the inbox');
  const at = new Date().toISOString();
  const imageId = imageIdOf(source);
  const reason = { code: 'STORAGE_ERROR', message: 'The disk was full.', worker: 'processor', at };
  const ended = { createdAt: at, startedAt: at, endedAt: at, publishedAt: at };
  const state = { state: 'FAILED', source, fileName: 'failed.jpg', owner: LAPTOP_OWNER } as const;
  await folder.ports.catalog.create(receivedRecord(imageId, { ...state, ...ended, reason }));
  folder.database.close();
  return imageId;
}

it('sends an image that failed again, and it ends COMPLETE', async () => {
  const laptop = await openLaptop({ inbox: {} });
  const browser = await openBrowser();
  try {
    await laptop.kill();
    const imageId = await failedPhoto(laptop.dataDir);
    await laptop.restart();
    const { page, complaints } = await openPage(browser);
    await page.goto(`${laptop.origin}/insights`);
    await page.getByText('The disk was full.').waitFor();
    await page.getByRole('button', { name: 'Try again: failed.jpg' }).click();
    await page.getByText('1 sent again').first().waitFor();
    await page.getByText('The disk was full.').waitFor({ state: 'detached' });
    await expect
      .poll(
        async () => {
          const answer = await fetch(`${laptop.origin}/api/v1/images/${imageId}`);
          const { state, attempt, outputs } = (await answer.json()) as Record<string, unknown[]>;
          return { state, attempt, outputs: outputs?.length };
        },
        { timeout: 20_000 },
      )
      .toEqual({ state: 'COMPLETE', attempt: 2, outputs: 5 });
    expect(complaints).toEqual([]);
  } finally {
    await browser.close();
    await laptop.close();
  }
});
