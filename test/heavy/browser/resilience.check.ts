import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallJpeg } from '../../support/programs.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { openLaptop, type RunningLaptop } from './laptop.ts';
import { openBrowser, openPage } from './page.ts';
import { TASK_CATEGORIES, tasksOf } from './tasks.ts';

let browser: Browser;
let laptop: RunningLaptop;

beforeAll(async () => {
  browser = await openBrowser();
  laptop = await openLaptop();
});
afterAll(async () => {
  await browser.close();
  await laptop.close();
});

const photos = (count: number, from: number) =>
  Promise.all(
    Array.from({ length: count }, async (_, index) => ({
      name: `lost-${index}.jpg`,
      mimeType: 'image/jpeg',
      buffer: await smallJpeg(from + index, 300, 200),
    })),
  );

/** What the browser itself says about a server that is not there. */
const isLostConnection = (complaint: string) => /ERR_|WebSocket|Failed to (load|fetch)|net::/.test(complaint);

describe('when something goes wrong', () => {
  it('an upload and the live updates go on by themselves after a lost connection', async () => {
    const { page, context, complaints } = await openPage(browser, {}, isLostConnection);
    await page.goto(laptop.origin);
    await page.getByText('Live', { exact: true }).waitFor();
    await page.keyboard.press('u');
    await page.getByLabel('Choose files').setInputFiles(await photos(60, 5000));
    await page.getByText(/[1-9]\d? of 60 files/).waitFor();
    await laptop.kill();
    await page.getByText('Offline').waitFor();
    await page.getByText('No connection to the server.').waitFor();
    await laptop.restart();
    await page.getByText('Live', { exact: true }).waitFor({ timeout: 60_000 });
    await page.getByText('60 of 60 files').waitFor({ timeout: 60_000 });
    // Every one ends COMPLETE on the page, too, without a reload.
    await page.goto(`${laptop.origin}/?name=lost-`);
    await expect
      .poll(
        async () => {
          const answer = await fetch(`${laptop.origin}/api/v1/images?name=lost-&state=COMPLETE&limit=1`);
          return ((await answer.json()) as { total: { count: number } }).total.count;
        },
        { timeout: 60_000, interval: 500 },
      )
      .toBe(60);
    await expect.poll(() => page.locator('.tile .state').count(), { timeout: 20_000 }).toBe(0);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('a link that has expired is renewed, and the picture appears', async () => {
    const { page, context, complaints } = await openPage(browser, {}, (complaint) =>
      complaint.includes('403'),
    );
    const refused = new Set<string>();
    await context.route('**/objects/**', async (route) => {
      const { pathname } = new URL(route.request().url());
      if (refused.has(pathname)) return route.continue();
      refused.add(pathname);
      return route.fulfill({ status: 403, body: 'Request has expired' });
    });
    await page.goto(`${laptop.origin}/?name=coffee`);
    const picture = page.locator('.picture img');
    await picture.waitFor();
    await expect
      .poll(() => picture.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth))
      .toBe(320);
    expect(refused.size).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('a picture that cannot be had is said, with a way to try again', async () => {
    const { page, context } = await openPage(browser);
    let isBroken = true;
    await context.route('**/objects/**', (route) =>
      isBroken ? route.fulfill({ status: 500 }) : route.continue(),
    );
    await page.goto(`${laptop.origin}/?name=coffee`);
    await page.getByRole('link', { name: 'coffee.jpg' }).click();
    await page.getByText('This picture could not be loaded.').waitFor();
    isBroken = false;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('img', { name: 'Result: coffee.jpg' }).waitFor();
    await context.close();
  });

  it('the server does not answer at all: the page says so, and comes back by itself', async () => {
    const { page, context } = await openPage(browser);
    let isDown = true;
    await context.route('**/config.json', (route) => (isDown ? route.abort() : route.continue()));
    await page.goto(`${laptop.origin}/?name=coffee`);
    await page.getByText('Darkroom cannot be reached').waitFor();
    isDown = false;
    await page.getByRole('link', { name: 'coffee.jpg' }).waitFor();
    await context.close();
  });

  it('1,000 files at once keep the page responsive', async () => {
    const { page, context, complaints } = await openPage(browser);
    let stored = 0;
    await context.route('**/api/v1/uploads', (route) => {
      const { files } = route.request().postDataJSON() as { files: { name: string }[] };
      const uploads = files.map(({ name }) => ({
        uploadId: `upload-${name}`,
        key: `uploads/laptop/${name}`,
        name,
        url: `${laptop.origin}/uploads`,
        fields: { key: `uploads/laptop/${name}` },
        expiresAt: new Date(Date.now() + 900_000).toISOString(),
      }));
      return route.fulfill({ json: { uploads } });
    });
    await context.route('**/uploads', (route) => {
      if (route.request().url().includes('/api/')) return route.fallback();
      stored += 1;
      return route.fulfill({ status: 204 });
    });
    await context.route('**/api/v1/uploads/*', (route) =>
      route.fulfill({ json: { uploadId: 'x', imageId: null } }),
    );
    await page.goto(laptop.origin);
    await page.getByRole('search').waitFor();
    await page.keyboard.press('u');
    const jpeg = await smallJpeg(1);
    // Files of the disk: those that the check itself sends into the page would be its work.
    using folder = temporaryFolder();
    const files = Array.from({ length: 1000 }, (_, index) => join(folder.path, `many-${index}.jpg`));
    for (const path of files) writeFileSync(path, jpeg);
    await browser.startTracing(page, { categories: TASK_CATEGORIES });
    await page.getByLabel('Choose files').setInputFiles(files);
    await page.getByText('1,000 of 1,000 files').waitFor({ timeout: 90_000 });
    const longestMs = Math.max(...tasksOf(await browser.stopTracing()));
    console.log(`1,000 files: longest task ${longestMs.toFixed(1)} ms, ${stored} stored`);
    expect(stored).toBe(1000);
    expect(await page.locator('.upload-list li').count()).toBeLessThan(30);
    expect(longestMs).toBeLessThanOrEqual(50);
    expect(complaints).toEqual([]);
    await context.close();
  });
});
