import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { sharp } from '../../../core/image/sharp-setup.ts';
import { installChromium } from './chromium.ts';
import { openLaptop } from './laptop.ts';
import { openBrowser, openPage, type PageOptions } from './page.ts';

/* Takes the pictures of the app for the README and docs/app.md: `npm run pictures`. */

const FOLDER = join(import.meta.dirname, '..', '..', '..', 'docs', 'images');
const SHEET_PX = { width: 1440, height: 810 };

await installChromium();
const laptop = await openLaptop();
const browser = await openBrowser();

async function take(name: string, options: PageOptions, open: (page: Page) => Promise<void>): Promise<void> {
  const { page, context } = await openPage(browser, options);
  if (options.size !== 'phone') await page.setViewportSize(SHEET_PX);
  await page.goto(laptop.origin);
  await page.locator('.picture img').first().waitFor();
  await open(page);
  await page.waitForTimeout(500);
  const picture = await page.screenshot();
  const path = join(FOLDER, `app-${name}.jpg`);
  await sharp(picture).jpeg({ quality: 82, mozjpeg: true }).toFile(path);
  console.log(path);
  await context.close();
}

const openRocket = async (page: Page) => {
  await page.getByRole('link', { name: 'rocket.jpg' }).click();
  await page.locator('.layer img').nth(1).waitFor();
  await page.locator('.outputs img').nth(4).waitFor();
};

try {
  await take('gallery', { scheme: 'dark' }, async () => {});
  await take('image', { scheme: 'dark' }, openRocket);
  await take('upload', { scheme: 'light' }, async (page) => {
    await page.keyboard.press('u');
    await page.getByLabel('Choose files').setInputFiles(['samples/coffee.jpg', 'README.md']);
    await page.locator('.upload-panel').getByText('Complete').waitFor();
  });
  await take('phone', { scheme: 'light', size: 'phone' }, async () => {});
} finally {
  await browser.close();
  await laptop.close();
}
