import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { CHROMIUM } from './chromium.ts';

export const SCREENSHOTS = join(import.meta.dirname, '..', '..', '..', '.cache', 'screenshots');

export const SCHEMES = ['light', 'dark'] as const;
export const WIDTHS = { phone: 360, desktop: 1440 } as const;
const HEIGHTS = { phone: 780, desktop: 900 } as const;

export function openBrowser(): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
  return chromium.launch({ executablePath: CHROMIUM, args });
}

/** A page, and everything that it complained about. */
export interface WatchedPage {
  page: Page;
  context: BrowserContext;
  /** Errors on the console, faults of scripts, reports of the content security policy, and requests to other hosts. */
  complaints: string[];
}

export interface PageOptions {
  size?: keyof typeof WIDTHS;
  scheme?: (typeof SCHEMES)[number];
  hasTouch?: boolean;
}

/** @param isExpected complaints that the check provokes itself */
export async function openPage(
  browser: Browser,
  { size = 'desktop', scheme = 'dark', hasTouch = false }: PageOptions = {},
  isExpected: (complaint: string) => boolean = () => false,
): Promise<WatchedPage> {
  const viewport = { width: WIDTHS[size], height: HEIGHTS[size] };
  const context = await browser.newContext({
    viewport,
    colorScheme: scheme,
    hasTouch,
    acceptDownloads: true,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  const complain = (complaint: string) => {
    if (!isExpected(complaint)) complaints.push(complaint);
  };
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complain(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complain(`fault: ${error.message}`));
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (/^(https?|wss?):$/.test(protocol) && hostname !== '127.0.0.1') complain(`request to ${hostname}`);
  });
  return { page, context, complaints };
}

/** The violations of WCAG 2.2 A and AA, each with its element. */
export async function axeViolations(page: Page): Promise<string[]> {
  // Added by the debugger, not by the page: the policy of the page does not apply.
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { axe } = globalThis as unknown as { axe: typeof import('axe-core') };
    const { violations } = await axe.run({ runOnly: { type: 'tag', values: tags } });
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 160)}`),
    );
  });
}

/** Keeps a picture of the page, for people to look at. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
}
