import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sharp } from '../../../core/image/sharp-setup.ts';
import { openLaptop, type RunningLaptop } from './laptop.ts';
import { madeImage, serveMadeImages } from './made-images.ts';
import { openBrowser, openPage } from './page.ts';
import { TASK_CATEGORIES, tasksOf } from './tasks.ts';

const COUNT = 10_000;
const MAX_CELLS = 100;
/** A task that computes longer is a jerk that people see. */
const MAX_TASK_MS = 50;

/** What this program, which knows no DOM, needs of an element. */
interface Scrolled {
  scrollTop: number;
  scrollHeight: number;
  clientHeight: number;
}

let browser: Browser;
let laptop: RunningLaptop;
let picture: Buffer;

beforeAll(async () => {
  browser = await openBrowser();
  laptop = await openLaptop({ inbox: {} });
  picture = await sharp({ create: { width: 320, height: 213, channels: 3, background: '#705030' } })
    .webp()
    .toBuffer();
});
afterAll(async () => {
  await browser.close();
  await laptop.close();
});

describe('a gallery of 10,000 images', () => {
  it('scrolls from end to end with few cells and no long task', async () => {
    const { page, context, complaints } = await openPage(browser);
    const images = Array.from({ length: COUNT }, (_, number) => madeImage(number));
    const seen = await serveMadeImages(context, images, picture);
    await page.goto(laptop.origin);
    await page.getByText('of 10,000').waitFor();
    // Every page of the list has arrived.
    await expect
      .poll(() => page.locator('.rows').evaluate((rows) => (rows as unknown as Scrolled).scrollHeight), {
        timeout: 60_000,
      })
      .toBeGreaterThan(300_000);
    await page.waitForTimeout(1000);

    await browser.startTracing(page, { categories: TASK_CATEGORIES });
    const scroller = page.locator('.scroller');
    let most = 0;
    for (let step = 0; step <= 60; step += 1) {
      await scroller.evaluate((element, share) => {
        const { scrollHeight, clientHeight } = element as unknown as Scrolled;
        Object.assign(element, { scrollTop: share * (scrollHeight - clientHeight) });
      }, step / 60);
      await page.waitForTimeout(40);
      most = Math.max(most, await page.locator('.tile').count());
    }
    await page.getByText('DSC_09999.jpg').first().waitFor();
    const longestMs = Math.max(...tasksOf(await browser.stopTracing()));
    const asked = seen.links.reduce((sum, count) => sum + count, 0);
    console.log(
      `${COUNT} images: at most ${most} cells, longest task ${longestMs.toFixed(1)} ms, ${asked} links in ${seen.links.length} requests`,
    );
    expect(most).toBeLessThanOrEqual(MAX_CELLS);
    expect(longestMs).toBeLessThanOrEqual(MAX_TASK_MS);
    // A trace without CPU times would pass anything.
    expect(longestMs).toBeGreaterThan(1);
    // Most of what scrolled past was never asked for.
    expect(asked).toBeLessThan(COUNT / 3);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('leads to the end and back by one key, and from an image back to the same place', async () => {
    const { page, context, complaints } = await openPage(browser);
    const images = Array.from({ length: 2000 }, (_, number) => madeImage(number));
    await serveMadeImages(context, images, picture);
    await page.goto(laptop.origin);
    await page.getByText('of 2,000').waitFor();
    await page.waitForTimeout(1000);
    await page.locator('.picture').first().focus();
    await page.keyboard.press('End');
    await expect.poll(() => page.locator('.picture:focus').textContent()).toContain('DSC_01999');
    await page.keyboard.press('Home');
    await expect.poll(() => page.locator('.picture:focus').textContent()).toContain('DSC_00000');

    await page.locator('.scroller').evaluate((element) => void Object.assign(element, { scrollTop: 9000 }));
    await page.waitForTimeout(300);
    const shown = page.locator('.picture').nth(10);
    const name = (await shown.textContent()) ?? '';
    await shown.scrollIntoViewIfNeeded();
    const offsetOf = () =>
      page.locator('.scroller').evaluate((element) => (element as unknown as Scrolled).scrollTop);
    const offsetPx = await offsetOf();
    expect(offsetPx).toBeGreaterThan(8000);
    await shown.click();
    await page.locator('.image-page').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(offsetOf).toBe(offsetPx);
    expect(await page.getByRole('link', { name }).isVisible()).toBe(true);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('selects a range, and all', async () => {
    const { page, context, complaints } = await openPage(browser);
    await serveMadeImages(
      context,
      Array.from({ length: 300 }, (_, number) => madeImage(number)),
      picture,
    );
    await page.goto(laptop.origin);
    await page.getByText('of 300').waitFor();
    await page.getByRole('checkbox', { name: 'Select DSC_00001.jpg' }).click({ force: true });
    await page
      .getByRole('checkbox', { name: 'Select DSC_00006.jpg' })
      .click({ force: true, modifiers: ['Shift'] });
    await page.getByText('6 images selected, 24.0 MB').first().waitFor();
    await page.keyboard.press('Control+a');
    await page.getByText('300 images selected').first().waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });
});
