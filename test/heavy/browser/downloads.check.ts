import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sharp } from '../../../core/image/sharp-setup.ts';
import { smallJpeg } from '../../support/programs.ts';
import { zipEntries } from '../../support/zip-entries.ts';
import { openLaptop, type RunningLaptop } from './laptop.ts';
import { axeViolations, openBrowser, openPage } from './page.ts';

const NAMES = ['beach.jpg', 'lake Ä.jpg', 'snow.jpg'];

let browser: Browser;
let laptop: RunningLaptop;

beforeAll(async () => {
  browser = await openBrowser();
  const photos = NAMES.map(async (name, serial) => [name, await smallJpeg(serial, 900, 600)] as const);
  laptop = await openLaptop({ inbox: Object.fromEntries(await Promise.all(photos)) });
});
afterAll(async () => {
  await browser.close();
  await laptop.close();
});

/** Selects all images, and chooses from the menu of downloads. */
async function choose(page: Page, choice: string) {
  const waiting = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download' }).click();
  await page.getByRole('button', { name: choice }).click();
  const download = await waiting;
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

describe('the download of a selection', () => {
  it('is a ZIP of the results or the originals, or a table', async () => {
    const { page, context, complaints } = await openPage(browser);
    await page.goto(laptop.origin);
    await expect.poll(() => page.locator('.tile').count()).toBe(NAMES.length);
    await expect.poll(() => page.locator('.tile .state').count(), { timeout: 30_000 }).toBe(0);
    await page.getByRole('checkbox', { name: 'Select beach.jpg' }).click({ force: true });
    await page.getByRole('button', { name: 'Select all' }).click();
    await page.getByRole('toolbar', { name: /^3 images selected/ }).waitFor();

    const results = await choose(page, 'Results (ZIP)');
    expect(results.name).toMatch(/^darkroom-\d{4}-\d\d-\d\d-[\w-]{6}\.zip$/);
    const entries = zipEntries(results.bytes);
    expect([...entries.keys()].toSorted()).toEqual([
      'beach_processed.jpg',
      'lake Ä_processed.jpg',
      'snow_processed.jpg',
    ]);
    for (const body of entries.values()) {
      const { width, height, format } = await sharp(body).metadata();
      expect({ width, height, format }).toEqual({ width: 256, height: 256, format: 'jpeg' });
    }
    await page
      .getByText(/Downloading 3 files, \d/)
      .first()
      .waitFor();

    const originals = zipEntries((await choose(page, 'Originals (ZIP)')).bytes);
    for (const name of NAMES) {
      const stored = readFileSync(join(laptop.dataDir, 'inbox', name));
      expect(originals.get(name.replace('.jpg', '_original.jpg'))).toEqual(stored);
    }

    const table = await choose(page, 'Table with measures (CSV)');
    expect(table.name).toBe('darkroom-images.csv');
    const rows = table.bytes.toString().trimEnd().split('\r\n');
    expect(rows[0]).toContain('encodeSsim');
    expect(
      rows
        .slice(1)
        .map((row) => row.split(',')[1])
        .toSorted(),
    ).toEqual(NAMES);

    await page.getByRole('button', { name: 'Download' }).click();
    expect(await axeViolations(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });
});
