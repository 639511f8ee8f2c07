import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { builtAppFolder, isBuilt } from '../../../web/build/built-app.ts';
import { installChromium } from './chromium.ts';
import { openLaptop } from './laptop.ts';
import { openBrowser, openPage } from './page.ts';

/* How long the app takes to build, to check and to show its first picture: `npm run bench:app`. */

const BUILD = join(import.meta.dirname, '..', '..', '..', 'web', 'build', 'main.ts');
const TIMES = 5;

async function times(work: () => unknown): Promise<number[]> {
  const found: number[] = [];
  for (let time = 0; time < TIMES; time += 1) {
    const startedAt = performance.now();
    await work();
    found.push(performance.now() - startedAt);
  }
  return found;
}

function show(what: string, values: readonly number[], unit = 'ms', digits = 0): void {
  const sorted = values.toSorted((a, b) => a - b);
  const [median = Number.NaN, most = Number.NaN] = [sorted[sorted.length >> 1], sorted.at(-1)];
  console.log(`${what}: median ${median.toFixed(digits)} ${unit}, most ${most.toFixed(digits)} ${unit}`);
}

show(
  'cold build',
  await times(() => {
    rmSync(dirname(builtAppFolder()), { recursive: true, force: true });
    if (spawnSync(process.execPath, [BUILD]).status !== 0) throw new Error('expected the app to be built');
  }),
);
show('check of a built app', await times(() => isBuilt(builtAppFolder())));

await installChromium();
const browser = await openBrowser();
const laptop = await openLaptop();
try {
  const pictures: number[] = [];
  const shifts: number[] = [];
  for (let time = 0; time < TIMES; time += 1) {
    const { page, context } = await openPage(browser);
    await page.addInitScript(() => {
      Object.assign(globalThis, { shift: 0 });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          (globalThis as unknown as { shift: number }).shift += (entry as unknown as { value: number }).value;
        }
      }).observe({ type: 'layout-shift' as 'measure', buffered: true });
    });
    await page.goto(laptop.origin);
    const picture = page.locator('.picture img').first();
    await picture.waitFor();
    pictures.push(
      await picture.evaluate(async (image) => {
        await (image as unknown as { decode(): Promise<void> }).decode();
        return performance.now();
      }),
    );
    await page.waitForTimeout(1000);
    shifts.push(await page.evaluate(() => (globalThis as unknown as { shift: number }).shift));
    await context.close();
  }
  show('first picture after the navigation', pictures);
  show('layout shift', shifts, '', 4);
} finally {
  await browser.close();
  await laptop.close();
}
