import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLaptop, type RunningLaptop } from './laptop.ts';
import { madeImage, serveMadeImages } from './made-images.ts';
import { madeMonth } from './made-month.ts';
import { axeViolations, keepScreenshot, openBrowser, openPage, SCHEMES, WIDTHS } from './page.ts';

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

const sizes = Object.keys(WIDTHS) as (keyof typeof WIDTHS)[];
const looks = SCHEMES.flatMap((scheme) => sizes.map((size) => ({ scheme, size })));
const gallery = (page: Page) => page.locator('.picture img').first().waitFor();

/** A month of images, some rejected, and failures for administrators: more than samples have. */
async function showMonth(page: Page): Promise<void> {
  const { trends, rejected, failures } = madeMonth(Date.now());
  await page.route('**/trends?*', (route) => route.fulfill({ json: { trends } }));
  await page.route('**/images?state=REJECTED*', (route) =>
    route.fulfill({ json: { images: rejected, next: null, total: null } }),
  );
  await page.route('**/failures', (route) => route.fulfill({ json: failures }));
}

/** Every page and state: how to get there from the gallery of the samples. */
const PAGES: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  gallery,
  async selection(page) {
    await gallery(page);
    await page.locator('.check input').first().click({ force: true });
    await page.locator('.selection-bar').waitFor();
  },
  async upload(page) {
    await gallery(page);
    await page.keyboard.press('u');
    const coffee = readFileSync('samples/coffee.jpg');
    await page.getByLabel('Choose files').setInputFiles([
      { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('Dear all,') },
      { name: 'coffee.jpg', mimeType: 'image/jpeg', buffer: coffee },
    ]);
    await page.locator('.upload-panel').getByText('Complete').waitFor();
  },
  async image(page) {
    await gallery(page);
    await page.locator('.picture').first().click();
    await page.locator('.layer img').nth(1).waitFor();
    await page.locator('.outputs img').nth(4).waitFor();
  },
  async 'image side by side'(page) {
    await gallery(page);
    await page.locator('.picture').nth(1).click();
    await page.locator('.layer img').nth(1).waitFor();
    await page.keyboard.press('s');
  },
  async adjust(page) {
    await gallery(page);
    await page.locator('.picture').nth(1).click();
    await page.locator('.layer img').nth(1).waitFor();
    await page.getByRole('button', { name: 'Adjust' }).click();
    await page.getByRole('slider', { name: 'Brightness' }).press('PageUp');
    await page.getByText('Exact: the file that Apply makes.').waitFor();
  },
  async insights(page) {
    await showMonth(page);
    await page.goto(`${laptop.origin}/insights`);
    await page.locator('.day-chart canvas').nth(3).waitFor();
    await page.getByText('The message is no JSON.').waitFor();
  },
  async 'insights below'(page) {
    await showMonth(page);
    await page.goto(`${laptop.origin}/insights`);
    await page.getByText('As a table').last().click();
    await page.getByText('The message is no JSON.').scrollIntoViewIfNeeded();
  },
  async 'no insights'(page) {
    await page.route('**/trends?*', (route) => route.fulfill({ json: { trends: [] } }));
    await page.goto(`${laptop.origin}/insights`);
    await page.getByText('No images in this period').waitFor();
  },
  async keys(page) {
    await gallery(page);
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
  },
  async settings(page) {
    await gallery(page);
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByLabel('Theme').waitFor();
  },
  async 'no match'(page) {
    await page.goto(`${laptop.origin}/?name=nothing-has-this-name`);
    await page.getByText('No image matches').waitFor();
  },
  async trash(page) {
    await page.goto(`${laptop.origin}/trash`);
    await page.getByText('The trash is empty').waitFor();
  },
  async 'no such image'(page) {
    await page.goto(`${laptop.origin}/images/${'0'.repeat(64)}`);
    await page.getByText('There is no such image').waitFor();
  },
};

describe.each(Object.entries(PAGES))('%s', (name, open) => {
  it.each(looks)('is accessible and quiet, $scheme on a $size', async ({ scheme, size }) => {
    const { page, context, complaints } = await openPage(
      browser,
      { scheme, size },
      (complaint) => name === 'no such image' && complaint.includes('404'),
    );
    await page.goto(laptop.origin);
    await page.getByRole('main').waitFor();
    await open(page);
    await page.waitForTimeout(250);
    await keepScreenshot(page, `${name.replaceAll(' ', '-')}-${size}-${scheme}`);
    expect(await axeViolations(page)).toEqual([]);
    expect(complaints).toEqual([]);
    // 320 px is what 400 % zoom leaves of a screen of 1280.
    for (const width of [WIDTHS[size], 320]) {
      await page.setViewportSize({ width, height: 780 });
      const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      expect(overflow, `beyond ${width} px`).toBeLessThanOrEqual(0);
    }
    await context.close();
  });
});

describe('images in every state', () => {
  it.each(looks)('stand where they belong, $scheme on a $size', async ({ scheme, size }) => {
    const { page, context, complaints } = await openPage(browser, { scheme, size });
    const expected = ['processed', '90', '180', '270', '360'];
    const unknown = { thumbhash: null, outputs: [] };
    const reason = {
      code: 'CORRUPT_IMAGE',
      message: 'The image data end after 41 of 600 rows. Export the file again.',
    };
    const nothing = { ...madeImage(0).source, widthPx: null, heightPx: null, format: null };
    await serveMadeImages(
      context,
      [
        madeImage(1, {
          ...unknown,
          state: 'RECEIVED',
          source: nothing,
          progress: { finished: [], expected: null },
        }),
        madeImage(2, { ...unknown, state: 'PROCESSING', progress: { finished: [], expected } }),
        madeImage(3, { state: 'FANNED_OUT', progress: { finished: ['processed', '90'], expected } }),
        madeImage(4, { ...unknown, state: 'REJECTED', source: nothing, reason }),
        madeImage(5, {
          state: 'FAILED',
          reason: { code: 'STORAGE_ERROR', message: 'The bucket could not be read.' },
        }),
        madeImage(6, { fileName: `${'very-'.repeat(60)}long.jpg` }),
        madeImage(7, { fileName: 'صورة العائلة.jpg' }),
        madeImage(8, { fileName: '<img src=x onerror=alert(1)>.jpg' }),
      ],
      readFileSync('samples/coffee.jpg'),
    );
    await page.goto(laptop.origin);
    await page.getByText('Export the file again').waitFor();
    await page.waitForTimeout(300);
    await keepScreenshot(page, `states-${size}-${scheme}`);
    expect(await page.getByText('<img src=x onerror=alert(1)>.jpg').count()).toBeGreaterThan(0);
    expect(await axeViolations(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });
});
