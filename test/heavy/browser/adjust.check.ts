import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageDetail, ImagePage, NamedRecipeView } from '../../../client/types.ts';
import { recipeBook } from '../../../core/recipe.ts';
import { openLaptop, type RunningLaptop } from './laptop.ts';
import { openBrowser, openPage } from './page.ts';

/** A person who moves a slider sees the picture follow. */
const MAX_DRAFT_MS = 250;

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

async function read<T>(path: string): Promise<T> {
  const response = await fetch(`${laptop.origin}/api/v1${path}`);
  expect(response.status).toBe(200);
  return (await response.json()) as T;
}

/** The image of a sample, once nothing happens to it any more. */
async function sample(name: string): Promise<ImageDetail> {
  const find = async () => (await read<ImagePage>(`/images?name=${name}&state=COMPLETE`)).images[0];
  await expect.poll(find, { timeout: 60_000 }).toBeDefined();
  return read<ImageDetail>(`/images/${(await find())?.imageId}`);
}

async function openAdjust(page: Page, imageId: string): Promise<void> {
  await page.goto(`${laptop.origin}/images/${imageId}`);
  await page.getByRole('img', { name: /^Result: / }).waitFor();
  await page.keyboard.press('a');
  await page.getByRole('heading', { name: 'Adjust' }).waitFor();
}

const slider = (page: Page, name: string) => page.getByRole('slider', { name, exact: true });
const shownUrl = (page: Page) =>
  page.getByRole('img', { name: /^(Draft|Preview|Result): / }).getAttribute('src');

/** Drags a slider from where it is to a share of its way, without letting go. */
async function drag(page: Page, name: string, share: number): Promise<void> {
  await slider(page, name).scrollIntoViewIfNeeded();
  const box = await slider(page, name).boundingBox();
  if (box === null) throw new Error(`expected a slider named ${name} in view`);
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * 0.3, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * share, y, { steps: 6 });
}

describe('the adjustments of an image', () => {
  it('show drafts while a slider moves, then the exact version, and apply it as a new run', async () => {
    const { page, context, complaints } = await openPage(browser);
    const before = await sample('coffee');
    const requests: { draft: boolean; recipe: { enhance?: { brightness?: number } } }[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/preview')) requests.push(request.postDataJSON());
    });
    await openAdjust(page, before.imageId);
    expect(requests).toEqual([]);
    const result = await shownUrl(page);

    await drag(page, 'Brightness', 0.6);
    await page.getByRole('img', { name: 'Draft: coffee.jpg' }).waitFor();
    expect(await shownUrl(page)).not.toBe(result);
    expect(requests.every(({ draft }) => draft)).toBe(true);
    await page.mouse.up();
    await page.getByText('Exact: the file that Apply makes.').waitFor();
    await page.getByRole('img', { name: 'Preview: coffee.jpg' }).waitFor();
    const last = requests.at(-1);
    expect(last?.draft).toBe(false);
    const brightness = last?.recipe.enhance?.brightness ?? 0;
    expect(brightness).toBeGreaterThan(1);
    expect(await page.getByRole('textbox', { name: 'Brightness, as a number' }).inputValue()).toBe(
      brightness.toFixed(2),
    );

    const scores = page.getByRole('row', { name: /^SSIMULACRA2/ }).getByRole('cell');
    const promised = await scores.last().textContent();
    await page.getByRole('button', { name: 'Apply to this image' }).click();
    await expect
      .poll(async () => {
        const { run, state, recipe } = await read<ImageDetail>(`/images/${before.imageId}`);
        return { run, state, recipe };
      })
      .toEqual({ run: before.run + 1, state: 'COMPLETE', recipe: 'own' });
    // The figures that were promised are those of the file.
    const after = await read<ImageDetail>(`/images/${before.imageId}`);
    expect(after.quality?.encode.ssimulacra2?.toFixed(1)).toBe(promised);
    expect(after.quality?.encode).not.toEqual(before.quality?.encode);
    await page.getByText('These are the settings of the present file.').waitFor();
    await expect.poll(() => scores.allTextContents()).toEqual([promised, '–']);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('take typed values, clamp them with a word, and undo', async () => {
    const { page, context, complaints } = await openPage(browser);
    await openAdjust(page, (await sample('coffee')).imageId);
    await page.getByLabel('Start from').selectOption('plain');
    const width = page.getByRole('textbox', { name: 'Width, as a number' });
    // 170 is not corrected after the 1.
    await width.click();
    await width.fill('');
    // The exact version is asked for once a change has settled, and with that it is a step of its own.
    const settled = page.waitForRequest((request) => {
      const { recipe, draft } = request.url().endsWith('/preview') ? request.postDataJSON() : {};
      return draft !== true && recipe?.resize?.widthPx === 170;
    });
    await width.pressSequentially('170');
    expect(await width.inputValue()).toBe('170');
    await settled;
    await page.getByText('170 × 256 px').first().waitFor();
    await width.fill('7');
    await width.press('Tab');
    await page.getByText('100 is the least').first().waitFor();
    expect(await width.inputValue()).toBe('100');
    await page.getByRole('button', { name: 'Undo' }).click();
    expect(await width.inputValue()).toBe('170');
    await page.getByRole('button', { name: 'Reset Width' }).click();
    expect(await width.inputValue()).toBe('256');
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('work by the keyboard: arrows move the slider, not the page, and Escape closes the panel', async () => {
    const { page, context, complaints } = await openPage(browser);
    const { imageId } = await sample('coffee');
    await openAdjust(page, imageId);
    await page.getByLabel('Start from').selectOption('augment');
    await slider(page, 'Contrast').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.getByText('Exact: the file that Apply makes.').waitFor();
    const field = page.getByRole('textbox', { name: 'Contrast, as a number' });
    expect(await field.inputValue()).toBe('1.15');
    expect(await page.locator('[role=status]').first().textContent()).toMatch(/^Exact version: [\d.]+ kB, /);
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Adjust' }).waitFor({ state: 'detached' });
    expect(new URL(page.url()).pathname).toBe(`/images/${imageId}`);
    await page.getByRole('img', { name: 'Result: coffee.jpg' }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('are copied as JSON that the configuration takes, and choose the next upload by name', async () => {
    const { page, context, complaints } = await openPage(browser);
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await openAdjust(page, (await sample('coffee')).imageId);
    await page.getByLabel('Start from').selectOption('plain');
    await page.getByRole('button', { name: 'Use plain for the next upload' }).click();
    await page.getByRole('button', { name: 'Sepia' }).click();
    await page.getByText(/^For uploads: add the JSON/).waitFor();
    await page.getByRole('button', { name: 'Copy JSON' }).click();
    await page.getByText('Copied.').first().waitFor();
    const copied = JSON.parse(await page.evaluate<string>('navigator.clipboard.readText()'));
    expect(copied).toEqual({ recipes: { adjusted: { filters: ['sepia'] } } });
    expect(recipeBook(copied.recipes).get('adjusted')?.filters).toEqual(['sepia']);
    await page.keyboard.press('Escape');
    await page.keyboard.press('u');
    expect(await page.locator('.upload-panel').getByLabel('Recipe').inputValue()).toBe('plain');
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('apply to all that was selected in the gallery', async () => {
    const { page, context, complaints } = await openPage(browser);
    await page.goto(laptop.origin);
    await page.locator('.picture img').first().waitFor();
    for (const index of [0, 1]) await page.locator('.check input').nth(index).click({ force: true });
    await page.getByText('2 images selected').first().waitFor();
    await page.getByRole('button', { name: 'Adjust' }).click();
    await page.getByRole('button', { name: 'Greyscale' }).click();
    await page.getByText('Exact: the file that Apply makes.').waitFor();
    await page.getByRole('button', { name: 'Apply to 2 images selected' }).click();
    await page.getByText('2 images being processed again').first().waitFor();
    const own = async () => (await read<ImagePage>('/images?recipe=own&state=COMPLETE')).images.length;
    await expect.poll(own, { timeout: 30_000 }).toBeGreaterThanOrEqual(2);
    // The panel is gone while the image has no result, and then Escape leads to the gallery at once.
    const panel = page.locator('[data-adjusting]');
    await panel.getByRole('heading', { name: 'Adjust' }).waitFor();
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await page.getByText('2 images selected').first().waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('say in words what does not work, and go on', async () => {
    const { page, context } = await openPage(browser, {}, () => true);
    await openAdjust(page, (await sample('coffee')).imageId);
    await page.getByLabel('Start from').selectOption('plain');
    await page
      .getByText(/^(Exact|These are)/)
      .first()
      .waitFor();
    const problem = { code: 'PREVIEW_TOO_LARGE', detail: 'Expected a picture of at most 4500000 bytes.' };
    const refuse = {
      status: 422,
      contentType: 'application/problem+json',
      json: { status: 422, ...problem },
    };
    await page.route('**/preview', (route) =>
      route.request().postDataJSON().draft ? route.continue() : route.fulfill(refuse),
    );
    await page.getByRole('button', { name: 'In pixels' }).waitFor();
    await page.getByRole('button', { name: 'By ratio' }).click();
    await page.getByText('The exact version has more than 4.5 MB').waitFor();
    await page.getByRole('img', { name: 'Draft: coffee.jpg' }).waitFor();
    await page.unroute('**/preview');
    await page.getByRole('button', { name: 'Blur' }).click();
    await page.getByText('Exact: the file that Apply makes.').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    await context.close();
  });

  it('follow the pointer within a quarter of a second, for the default recipe', async () => {
    const { page, context, complaints } = await openPage(browser);
    const recipes = await read<{ recipes: NamedRecipeView[] }>('/recipes');
    const standard = recipes.recipes.find(({ isDefault }) => isDefault)?.name ?? '';
    await openAdjust(page, (await sample('coffee')).imageId);
    await page.getByLabel('Start from').selectOption(standard);
    await page.waitForTimeout(1500);
    // From the event of the slider to the first frame after the draft has been decoded.
    await page.evaluate(`globalThis.tookMs = [];
      addEventListener('input', () => {
        const start = performance.now();
        const seen = new Set([...document.querySelectorAll('.layer img')].map(({ src }) => src));
        const watch = new MutationObserver(async () => {
          const next = [...document.querySelectorAll('.layer img')].find(({ src, alt }) => alt.startsWith('Draft') && !seen.has(src));
          if (!next) return;
          watch.disconnect();
          await next.decode().catch(() => {});
          requestAnimationFrame(() => tookMs.push(performance.now() - start));
        });
        watch.observe(document.body, { subtree: true, childList: true, attributes: true });
      }, true);`);
    await slider(page, 'Brightness').focus();
    for (let step = 0; step < 12; step += 1) {
      await page.keyboard.press('ArrowRight');
      // Between two exact versions, so that each draft is measured by itself.
      await page.waitForTimeout(700);
    }
    const tookMs = (await page.evaluate<number[]>('tookMs')).toSorted((a, b) => a - b);
    const at = (share: number) => tookMs[Math.ceil(share * tookMs.length) - 1] ?? Number.NaN;
    console.log(
      `draft of ${standard}: median ${at(0.5).toFixed(0)} ms, p90 ${at(0.9).toFixed(0)} ms, ${tookMs.length} drafts`,
    );
    expect(tookMs.length).toBe(12);
    expect(at(0.5)).toBeLessThan(MAX_DRAFT_MS);
    expect(complaints).toEqual([]);
    await context.close();
  });
});
