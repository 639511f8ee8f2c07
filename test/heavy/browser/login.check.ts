import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OidcIssuer, startIssuer } from '../../support/login/oidc-issuer.ts';
import { smallJpeg } from '../../support/programs.ts';
import { openLaptop, type RunningLaptop } from './laptop.ts';
import { openBrowser, openPage } from './page.ts';

let browser: Browser;
let issuer: OidcIssuer;
let laptop: RunningLaptop;

beforeAll(async () => {
  browser = await openBrowser();
  issuer = await startIssuer();
  laptop = await openLaptop({
    inbox: {},
    config: { auth: { issuer: issuer.url, audience: 'darkroom', clientId: 'darkroom-page' } },
  });
});
afterAll(async () => {
  await browser.close();
  await laptop.close();
  await issuer.close();
});

async function upload(page: Page, name: string): Promise<void> {
  await page.getByRole('search').waitFor();
  await page.keyboard.press('u');
  const buffer = await smallJpeg(7, 300, 200);
  await page.getByLabel('Choose files').setInputFiles([{ name, mimeType: 'image/jpeg', buffer }]);
  await page.locator('.upload-panel').getByText('Complete').waitFor();
}

describe('with a login', () => {
  it('each user sees their own images alone, by list, by address and live', async () => {
    issuer.subject = 'ann';
    const ann = await openPage(browser);
    await ann.page.goto(`${laptop.origin}/?recipe=augment`);
    await upload(ann.page, 'of-ann.jpg');
    // The login came back to the address that was asked for, without its code.
    expect(new URL(ann.page.url()).search).toBe('?recipe=augment');
    const address = await ann.page.locator('.upload-panel a').getAttribute('href');

    issuer.subject = 'bob';
    const bob = await openPage(browser, {}, (complaint) => complaint.includes('404'));
    await bob.page.goto(laptop.origin);
    await bob.page.getByText('No images yet').waitFor();
    await bob.page.goto(`${laptop.origin}${address}`);
    await bob.page.getByText('There is no such image').waitFor();
    await bob.page.goto(laptop.origin);
    await bob.page.getByText('Live', { exact: true }).waitFor();
    await upload(ann.page, 'second-of-ann.jpg');
    await ann.page.getByRole('link', { name: 'second-of-ann.jpg' }).waitFor();
    expect(await bob.page.locator('.picture').count()).toBe(0);
    expect([ann.complaints, bob.complaints]).toEqual([[], []]);
    await ann.context.close();
    await bob.context.close();
  });

  it('an expired session logs in again, and comes back to where it was', async () => {
    issuer.subject = 'ann';
    const { page, context } = await openPage(browser);
    await page.goto(laptop.origin);
    await page.getByRole('link', { name: 'of-ann.jpg', exact: false }).first().waitFor();
    await page.evaluate(`sessionStorage.setItem('darkroom.tokens', JSON.stringify({ access: 'expired' }))`);
    await page.goto(`${laptop.origin}/?name=second`);
    await page.getByRole('link', { name: 'second-of-ann.jpg' }).waitFor();
    expect(new URL(page.url()).search).toBe('?name=second');
    await context.close();
  });

  it('signs out', async () => {
    issuer.subject = 'ann';
    const { page, context } = await openPage(browser);
    await page.goto(laptop.origin);
    await page.getByRole('button', { name: 'Settings' }).click();
    const before = issuer.requests.filter((path) => path.startsWith('/authorize')).length;
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect
      .poll(() => issuer.requests.filter((path) => path.startsWith('/authorize')).length)
      .toBe(before + 1);
    await context.close();
  });
});
