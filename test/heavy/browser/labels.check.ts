import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { run } from '../../support/run-command.ts';
import { openLaptop, type RunningLaptop } from './laptop.ts';
import { axeViolations, keepScreenshot, openBrowser, openPage, SCHEMES } from './page.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

let browser: Browser;
let laptop: RunningLaptop;

beforeAll(async () => {
  await run('npm', ['ci', '--prefix', join(ROOT, 'labels'), '--no-audit', '--no-fund']);
  browser = await openBrowser();
  laptop = await openLaptop({
    inbox: {},
    config: { labels: 'fast', recipes: { labelled: { rotations: [], labels: {} } } },
  });
}, 120_000);
afterAll(async () => {
  await browser.close();
  await laptop.close();
});

it('says what pictures show, with bars, a threshold and a table', async () => {
  const { page, context, complaints } = await openPage(browser, {}, (complaint) => complaint.includes('422'));
  await page.goto(laptop.origin);
  await page.getByRole('link', { name: 'Labels' }).click();
  await page.getByRole('button', { name: 'Try the samples' }).click();
  await page.getByRole('heading', { name: 'espresso' }).waitFor();
  await page.getByRole('heading', { name: 'tiger cat' }).waitFor();
  await page.getByLabel('Choose pictures').setInputFiles({
    name: 'notes.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from('not a picture'),
  });
  await page.getByText(/Expected a JPEG, PNG/).waitFor();
  await page.getByRole('slider').fill('0.5');
  await page.getByRole('heading', { name: 'tiger cat' }).waitFor({ state: 'detached' });
  const waiting = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download CSV' }).click();
  const csv = readFileSync(await (await waiting).path(), 'utf8').split('\r\n');
  expect(csv[0]).toBe('filename,prediction,confidence');
  expect(csv).toContain('coffee.jpg,espresso,0.9532');
  expect(csv).toContain('chelsea.jpg,,');
  expect(csv).toContain('notes.txt,,');
  const { images } = (await (await fetch(`${laptop.origin}/api/v1/images`)).json()) as { images: unknown[] };
  expect(images).toEqual([]);
  expect(complaints).toEqual([]);
  await context.close();
});

it('looks right in both themes and widths, and shows the labels of an image', async () => {
  for (const scheme of SCHEMES) {
    for (const size of ['phone', 'desktop'] as const) {
      const { page, context, complaints } = await openPage(browser, { scheme, size });
      await page.goto(`${laptop.origin}/labels`);
      await page.getByRole('button', { name: 'Try the samples' }).click();
      await page.getByRole('heading', { name: 'espresso' }).waitFor();
      await expect.poll(() => page.getByText('Looking at it').count()).toBe(0);
      await keepScreenshot(page, `labels-${size}-${scheme}`);
      expect(await axeViolations(page)).toEqual([]);
      expect(complaints).toEqual([]);
      await context.close();
    }
  }
  const { page, context } = await openPage(browser);
  await page.goto(laptop.origin);
  await page.getByRole('button', { name: 'Upload', exact: true }).click();
  const panel = page.getByRole('region', { name: 'Upload' });
  await panel.getByLabel('Recipe').selectOption('labelled');
  await panel.getByLabel('Choose files').setInputFiles(join(ROOT, 'samples', 'coffee.jpg'));
  await panel.getByText('Complete').waitFor();
  await panel.getByRole('link', { name: 'Show' }).click();
  await page.getByRole('heading', { name: 'Shows' }).waitFor();
  await page.getByText('espresso').waitFor();
  await page.getByText('By efficientnet-lite0').waitFor();
  await keepScreenshot(page, 'labels-image');
  expect(await axeViolations(page)).toEqual([]);
  await context.close();
});
