import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sharp } from '../../../core/image/sharp-setup.ts';
import { smallJpeg } from '../../support/programs.ts';
import { openLaptop, type RunningLaptop } from './laptop.ts';
import { openBrowser, openPage } from './page.ts';

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

const photo = async (serial: number, name = `photo-${serial}.jpg`) => ({
  name,
  mimeType: 'image/jpeg',
  buffer: await smallJpeg(serial, 900, 600),
});

describe('from the file to the result', () => {
  it('uploads, shows the steps, compares, and downloads', async () => {
    const { page, context, complaints } = await openPage(browser);
    await page.goto(laptop.origin);
    await page.getByText('No images yet').waitFor();

    await page.getByRole('button', { name: 'Upload' }).click();
    await page.getByLabel('Choose files').setInputFiles([await photo(1)]);
    const panel = page.getByRole('region', { name: 'Upload' });
    await panel.getByText('Complete').waitFor();
    await panel.getByRole('link', { name: 'Show' }).click();

    await page.getByRole('heading', { name: 'photo-1.jpg' }).waitFor();
    await page.getByRole('img', { name: 'Result: photo-1.jpg' }).waitFor();
    await page.getByRole('img', { name: 'Original: photo-1.jpg' }).waitFor();
    expect(
      await page
        .getByText(/SSIM 0\.\d{4}/)
        .first()
        .isVisible(),
    ).toBe(true);

    const divider = page.getByRole('slider', { name: 'Divider between original and result' });
    await divider.focus();
    await page.keyboard.press('ArrowLeft');
    expect(await divider.getAttribute('aria-valuenow')).toBe('48');

    const waiting = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download: Processed' }).click();
    const download = await waiting;
    expect(download.suggestedFilename()).toBe('photo-1_processed.jpg');
    const { width, height, format } = await sharp(readFileSync(await download.path())).metadata();
    expect({ width, height, format }).toEqual({ width: 256, height: 256, format: 'jpeg' });
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('shows each step of the samples live', { timeout: 120_000 }, async () => {
    const sampled = await openLaptop();
    const { page, context, complaints } = await openPage(browser);
    await page.goto(sampled.origin);
    const again = page.getByRole('button', { name: 'Process the samples again' });
    await expect.poll(() => again.isEnabled().catch(() => false), { timeout: 60_000 }).toBe(true);
    await expect.poll(() => page.locator('.tile .state').count(), { timeout: 30_000 }).toBe(0);
    const seen = await watchTexts(page, '.tile .state');
    await again.click();
    await expect.poll(seen, { timeout: 60_000 }).toEqual(expect.arrayContaining(['Processing', 'Rotating']));
    await expect.poll(() => page.locator('.tile .state').count(), { timeout: 60_000 }).toBe(0);
    expect(complaints).toEqual([]);
    await context.close();
    await sampled.close();
  });

  it('says why a file is not sent, and why an image was rejected', async () => {
    const { page, context, complaints } = await openPage(browser);
    await page.goto(laptop.origin);
    await page.getByRole('search').waitFor();
    await page.keyboard.press('u');
    const damaged = (await smallJpeg(2, 900, 600)).subarray(0, 3000);
    await page.getByLabel('Choose files').setInputFiles([
      { name: 'notes.txt', mimeType: 'image/jpeg', buffer: Buffer.from('Dear all,') },
      { name: 'empty.jpg', mimeType: 'image/jpeg', buffer: Buffer.alloc(0) },
      { name: 'damaged.jpg', mimeType: 'image/jpeg', buffer: damaged },
    ]);
    const panel = page.getByRole('region', { name: 'Upload' });
    await panel.getByText('This file is text.').waitFor();
    await panel.getByText('This file is empty.').waitFor();
    await panel.getByText('Rejected').waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('link', { name: 'damaged.jpg, Rejected' }).click();
    await page.getByText('The file itself is the cause').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('shows hostile names and EXIF as text, and the position to its owner alone', async () => {
    const { page, context, complaints } = await openPage(browser);
    const markup = '<img src=x onerror="document.title=1">';
    const exif = {
      IFD0: {
        Make: markup,
        Model: 'عربي\u202e',
        Copyright: `${'long '.repeat(800)}`,
        Artist: '<script>alert(1)</script>',
      },
      IFD3: {
        GPSLatitudeRef: 'N',
        GPSLatitude: '51/1 30/1 0/1',
        GPSLongitudeRef: 'W',
        GPSLongitude: '0/1 7/1 30/1',
      },
    };
    const buffer = await sharp(await smallJpeg(77, 300, 200))
      .withExif(exif)
      .jpeg()
      .toBuffer();
    await page.goto(laptop.origin);
    await page.getByRole('search').waitFor();
    await page.keyboard.press('u');
    const name = '<b onclick=alert(1)>\u202egpj.exe<b>.jpg';
    await page.getByLabel('Choose files').setInputFiles([{ name, mimeType: 'image/jpeg', buffer }]);
    await page.locator('.upload-panel').getByText('Complete').waitFor();
    await page.locator('.upload-panel').getByRole('link', { name: 'Show' }).click();
    await page.getByText('51.50000, -0.12500').waitFor();
    await page.getByText('The outputs hold no position').waitFor();
    expect(await page.locator('.inspector').textContent()).toContain(markup);
    expect(await page.locator('.inspector img[src=x], .inspector script, h1 b').count()).toBe(0);
    expect(await page.title()).toContain('<b onclick=alert(1)>');
    const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    expect(overflow).toBeLessThanOrEqual(0);

    const waiting = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download: Processed' }).click();
    const output = readFileSync(await (await waiting).path());
    expect((await sharp(output).metadata()).exif).toBeUndefined();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('works by the keyboard alone', async () => {
    const { page, context, complaints } = await openPage(browser);
    await page.goto(laptop.origin);
    const first = page.locator('.picture').first();
    await first.waitFor();
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').textContent()).toBe('Skip to the images');
    for (let presses = 0; presses < 20; presses += 1) {
      await page.keyboard.press('Tab');
      if ((await page.locator('.picture:focus').count()) > 0) break;
    }
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('x');
    await page.getByText('1 image selected').first().waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
    await page.locator('.image-page').waitFor();
    await page.keyboard.press('f');
    await page.keyboard.press('1');
    await page.keyboard.press('Escape');
    await first.waitFor();
    expect(new URL(page.url()).pathname).toBe('/');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('moves images to the trash and back', async () => {
    const { page, context, complaints } = await openPage(browser);
    await page.goto(laptop.origin);
    await page.getByRole('checkbox', { name: 'Select photo-1.jpg' }).click({ force: true });
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('1 image moved to the trash').first().waitFor();
    await page.getByRole('link', { name: 'photo-1.jpg' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('link', { name: 'photo-1.jpg' }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('sends a folder of 200, and shows every one', async () => {
    const { page, context, complaints } = await openPage(browser);
    await page.goto(`${laptop.origin}/?name=batch-`);
    await page.getByRole('search').waitFor();
    await page.keyboard.press('u');
    await page.getByPlaceholder('For example the shoot').fill('Batch');
    const files = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => ({
        name: `batch-${index}.jpg`,
        mimeType: 'image/jpeg',
        buffer: await smallJpeg(1000 + index),
      })),
    );
    await page.getByLabel('Choose files').setInputFiles(files);
    await page.getByText('200 of 200 files').waitFor();
    await page.goto(`${laptop.origin}/?album=Batch&state=COMPLETE`);
    await expect
      .poll(
        async () => {
          const answer = await fetch(`${laptop.origin}/api/v1/images?album=Batch&state=COMPLETE&limit=1`);
          return ((await answer.json()) as { total: { count: number } }).total.count;
        },
        { timeout: 90_000, interval: 500 },
      )
      .toBe(200);
    await page.getByText('of 200').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });
});

/** Collects every text that such an element shows from now on. @returns what was seen so far */
async function watchTexts(page: Page, selector: string): Promise<() => Promise<string[]>> {
  await page.evaluate(
    `globalThis.seenTexts = new Set();
     new MutationObserver(() => {
       for (const each of document.querySelectorAll(${JSON.stringify(selector)})) seenTexts.add(each.textContent);
     }).observe(document.body, { subtree: true, childList: true, characterData: true });`,
  );
  return () => page.evaluate<string[]>('[...seenTexts]');
}
