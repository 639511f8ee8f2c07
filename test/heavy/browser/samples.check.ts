import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openLaptop, type RunningLaptop } from './laptop.ts';
import { axeViolations, keepScreenshot, openBrowser, openPage, SCHEMES } from './page.ts';

let browser: Browser;
let laptop: RunningLaptop;

beforeAll(async () => {
  browser = await openBrowser();
  laptop = await openLaptop({ inbox: {} });
});
afterAll(async () => {
  await browser.close();
  await laptop.close();
});

it('offers samples to whoever has no image, in both themes and widths', async () => {
  for (const scheme of SCHEMES) {
    for (const size of ['phone', 'desktop'] as const) {
      const { page, context, complaints } = await openPage(browser, { scheme, size });
      await page.goto(laptop.origin);
      await page.getByRole('heading', { name: 'No photos at hand?' }).waitFor();
      const cat = page.getByRole('img', { name: 'A cat' });
      await expect
        .poll(() => cat.evaluate((img) => (img as unknown as { naturalWidth: number }).naturalWidth))
        .toBe(451);
      await keepScreenshot(page, `samples-${size}-${scheme}`);
      expect(await axeViolations(page)).toEqual([]);
      expect(complaints).toEqual([]);
      await context.close();
    }
  }
});

it('uploads them as own photos, and shows their results', async () => {
  const { page, context, complaints } = await openPage(browser);
  await page.goto(laptop.origin);
  await page.getByRole('button', { name: 'Upload these samples' }).click();
  for (const name of ['chelsea.jpg', 'coffee.jpg', 'rocket.jpg', 'retina-cutout.png']) {
    await page.getByRole('link', { name: new RegExp(`^${name}`) }).waitFor();
  }
  const { images } = (await (await fetch(`${laptop.origin}/api/v1/images`)).json()) as {
    images: { fileName: string; state: string }[];
  };
  expect(images).toHaveLength(6);
  await expect
    .poll(async () => {
      const answer = (await (await fetch(`${laptop.origin}/api/v1/images?state=COMPLETE`)).json()) as {
        images: unknown[];
      };
      return answer.images.length;
    })
    .toBe(6);
  expect(complaints).toEqual([]);
  await context.close();
});
