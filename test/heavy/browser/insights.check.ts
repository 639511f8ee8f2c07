import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImagePage, Trend } from '../../../client/types.ts';
import { startIssuer } from '../../support/login/oidc-issuer.ts';
import { smallJpeg } from '../../support/programs.ts';
import { openLaptop, type RunningLaptop } from './laptop.ts';
import { madeImage } from './made-images.ts';
import { openBrowser, openPage } from './page.ts';

let browser: Browser;
let laptop: RunningLaptop;
const today = new Date().toISOString().slice(0, 10);

beforeAll(async () => {
  browser = await openBrowser();
  const photos = await Promise.all([1, 2, 3].map((serial) => smallJpeg(serial, 900, 600)));
  laptop = await openLaptop({
    inbox: {
      ...Object.fromEntries(photos.map((bytes, index) => [`photo-${index}.jpg`, bytes])),
      'coffee.jpg': readFileSync('samples/coffee.jpg'),
      'cut.jpg': (photos[0] ?? Buffer.alloc(0)).subarray(0, 3000),
      'empty.jpg': Buffer.alloc(0),
    },
  });
  const ended = async () => {
    const { images } = await read<ImagePage>('/images?limit=200');
    return images.filter(({ state }) => state === 'COMPLETE' || state === 'REJECTED').length;
  };
  while ((await ended()) < 6) await new Promise((later) => setTimeout(later, 200));
});
afterAll(async () => {
  await browser.close();
  await laptop.close();
});

async function read<T>(path: string): Promise<T> {
  const response = await fetch(`${laptop.origin}/api/v1${path}`);
  expect(response.status).toBe(200);
  return (await response.json()) as T;
}

async function openInsights(page: Page): Promise<void> {
  await page.goto(laptop.origin);
  await page.getByRole('link', { name: 'Insights' }).click();
  await page.getByRole('heading', { name: 'Quality' }).waitFor();
}

/** The cells of the table that belongs to a chart. */
async function tableOf(page: Page, name: string): Promise<string[]> {
  const figure = page
    .locator('figure')
    .filter({ has: page.getByRole('table', { name, exact: true, includeHidden: true }) });
  await figure.getByText('As a table').click();
  return figure.locator('tbody td').allTextContents();
}

describe('the insights', () => {
  it('show the figures of the API, in charts and in tables', async () => {
    const { page, context, complaints } = await openPage(browser);
    await openInsights(page);
    const { trends } = await read<{ trends: Trend[] }>(`/trends?from=${today}&to=${today}`);
    const [trend] = trends;
    expect(trends).toHaveLength(1);
    expect(trend?.images).toBe(4);
    await page.getByText('4 images processed, 2 rejected').waitFor();
    const { encodeScore, encodeSsim, encodePsnrDb } = trend?.measures ?? {};
    expect(await tableOf(page, 'SSIMULACRA2, as people see it')).toEqual([
      today,
      'augment',
      '4',
      encodeScore?.median.toFixed(1),
      encodeScore?.p10.toFixed(1),
    ]);
    expect((await tableOf(page, 'SSIM')).slice(3)).toEqual([
      encodeSsim?.median.toFixed(3),
      encodeSsim?.p10.toFixed(3),
    ]);
    expect((await tableOf(page, 'PSNR in dB')).slice(3)).toEqual([
      encodePsnrDb?.median.toFixed(1),
      encodePsnrDb?.p10.toFixed(1),
    ]);
    expect(await tableOf(page, 'Images a day')).toEqual([today, 'augment', '4']);
    expect(await page.locator('.day-chart canvas').count()).toBe(4);
    for (const reason of ['Damaged or cut off', 'Empty file']) {
      const row = page.getByRole('row', { name: reason });
      expect(await row.getByRole('cell').first().textContent()).toBe('1');
    }
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('open the images of a day from the table, and from the chart', async () => {
    const { page, context, complaints } = await openPage(browser);
    await openInsights(page);
    await tableOf(page, 'Images a day');
    await page.getByRole('link', { name: today }).last().click();
    await page.locator('.picture').nth(3).waitFor();
    expect(new URL(page.url()).search).toBe(`?state=COMPLETE&recipe=augment&from=${today}&to=${today}`);
    expect(await page.locator('.picture').count()).toBe(4);

    await page.goto(`${laptop.origin}/insights?days=7`);
    const over = page.locator('figure').last().locator('.u-over');
    await over.scrollIntoViewIfNeeded();
    const box = await over.boundingBox();
    if (box === null) throw new Error('expected a chart in view');
    // Today is the last day.
    await page.mouse.move(box.x + box.width - 4, box.y + box.height - 10);
    await page.getByText(`${today} augment 4`).waitFor();
    await page.mouse.click(box.x + box.width - 4, box.y + box.height - 10);
    // The rejected images of the day are here, too.
    await expect.poll(() => page.locator('.picture').count()).toBe(6);
    expect(new URL(page.url()).search).toBe(`?from=${today}&to=${today}`);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('say that there is nothing, that it loads, and what went wrong', async () => {
    const { page, context } = await openPage(browser, {}, () => true);
    const problem = { status: 400, code: 'INVALID_INPUT', detail: 'from: expected 1 to 92 days.' };
    const hold = Promise.withResolvers<void>();
    await page.route('**/trends?*', async (route) => {
      await hold.promise;
      await route.fulfill({ status: 400, contentType: 'application/problem+json', json: problem });
    });
    await page.goto(`${laptop.origin}/insights`);
    await page.getByText('Reading the figures').first().waitFor();
    hold.resolve();
    await page.getByText('from: expected 1 to 92 days.').waitFor();
    await page.unroute('**/trends?*');
    await page.route('**/trends?*', (route) => route.fulfill({ json: { trends: [] } }));
    await page.route('**/images?*', (route) =>
      route.fulfill({ json: { images: [], next: null, total: null } }),
    );
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('No images in this period').waitFor();
    await context.close();
  });

  it('explain failures to administrators, and send one or all again', async () => {
    const { page, context, complaints } = await openPage(browser);
    const failed = madeImage(5, {
      state: 'FAILED',
      fileName: 'failed.jpg',
      reason: { code: 'STORAGE_ERROR', message: 'The bucket could not be read.' },
    });
    const message = {
      messageId: 'm-1',
      queue: 'parts',
      bodyBytes: 812,
      reason: { code: 'UNREADABLE', message: 'The message is no JSON.' },
      recordedAt: new Date().toISOString(),
    };
    const left = { images: [failed], messages: [message] };
    const sent: unknown[] = [];
    await page.route('**/failures', (route) => route.fulfill({ json: { ...left, isComplete: true } }));
    await page.route('**/failures/redrive', (route) => {
      sent.push(route.request().postDataJSON());
      const isFirst = sent.length === 1;
      if (isFirst) left.images = [];
      const outcomes = isFirst
        ? [{ id: failed.imageId, status: 200 }]
        : [{ id: 'm-1', status: 400, problem: { status: 400, code: 'X', detail: 'The queue is gone.' } }];
      return route.fulfill({ json: { outcomes, isComplete: true } });
    });
    await openInsights(page);
    await page.getByText('The bucket could not be read.').waitFor();
    await page.getByText('The message is no JSON.').waitFor();
    await page.getByRole('button', { name: 'Try again: failed.jpg' }).click();
    await page.getByText('1 sent again').first().waitFor();
    await page.getByText('The bucket could not be read.').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Send all 1 again' }).click();
    await page.getByText('1 not sent: The queue is gone.').first().waitFor();
    expect(sent).toEqual([{ imageIds: [failed.imageId] }, { all: true }]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('never show failures to a user, nor ask for them, and everything to an administrator', async () => {
    const issuer = await startIssuer();
    const auth = { issuer: issuer.url, audience: 'darkroom', clientId: 'darkroom-page' };
    const shared = await openLaptop({ inbox: {}, config: { auth } });
    issuer.subject = 'ann';
    const ann = await openPage(browser);
    const asked: string[] = [];
    ann.page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await ann.page.goto(`${shared.origin}/insights?all=true`);
    await ann.page.getByText('No images in this period').waitFor();
    await ann.page.waitForTimeout(500);
    expect(asked).toContain('/api/v1/trends');
    expect(asked.filter((path) => path.includes('failures'))).toEqual([]);
    expect(await ann.page.getByText('Failures').count()).toBe(0);
    expect(await ann.page.getByText('Images of everybody').count()).toBe(0);
    await ann.page.keyboard.press('u');
    const files = [{ name: 'of-ann.jpg', mimeType: 'image/jpeg', buffer: await smallJpeg(7, 300, 200) }];
    await ann.page.getByLabel('Choose files').setInputFiles(files);
    await ann.page.locator('.upload-panel').getByText('Complete').waitFor();

    Object.assign(issuer, { subject: 'root', groups: ['administrators'] });
    const root = await openPage(browser);
    await root.page.goto(`${shared.origin}/insights`);
    await root.page.getByText('No images in this period').waitFor();
    await root.page.getByText('Nothing has failed.').waitFor();
    await root.page.getByLabel('Images of everybody').check();
    await root.page.getByText('1 image processed, 0 rejected').waitFor();
    await tableOf(root.page, 'Images a day');
    await root.page.getByRole('link', { name: today }).last().click();
    await root.page.getByRole('link', { name: 'of-ann.jpg' }).waitFor();
    // Nobody else's image is among the administrator's own.
    await root.page.getByRole('button', { name: 'Of everybody' }).click();
    await root.page.getByText('No image matches these filters').waitFor();
    expect([ann.complaints, root.complaints]).toEqual([[], []]);
    await ann.context.close();
    await root.context.close();
    await shared.close();
    await issuer.close();
  });
});
