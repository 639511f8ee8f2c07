import { createWriteStream } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PROCESSED } from '../../core/names.ts';
import type { ResultEntry } from '../result.ts';
import { type CardPictures, card, refusal } from './card.ts';
import type { Html } from './html.ts';
import { html } from './html.ts';
import { closing, notes, opening, plainRow } from './page.ts';
import { outputPicture, type Picture, preview } from './pictures.ts';

export interface ContactSheet {
  /** In the order in which they are to be shown. */
  entries: readonly ResultEntry[];
  madeAt: Date;
  /** Width × height above which no source is decoded for its preview. */
  maxPixels: number;
}

/** From so many images on, pictures get smaller; beyond the second, images are listed without. */
const SMALLER_FROM = 25;
const PICTURES_MAX = 250;

/** Longest sides in pixels: twice what the page shows, for sharp screens, as long as there are few. */
const FEW = { originalPx: 800, processedPx: 560, rotationPx: 240 };
const MANY = { originalPx: 400, processedPx: 320, rotationPx: 120 };

/**
 * Writes the contact sheet: one page that holds its pictures itself, asks for nothing from anywhere and runs no
 * script. It is made image by image, so that its length costs no memory.
 */
export async function writeContactSheet(path: string, sheet: ContactSheet): Promise<void> {
  const partial = `${path}.partial`;
  try {
    await pipeline(Readable.from(pageOf(sheet)), createWriteStream(partial));
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

async function* pageOf(sheet: ContactSheet): AsyncGenerator<string> {
  for await (const piece of piecesOf(sheet)) yield piece.markup;
}

async function* piecesOf(sheet: ContactSheet): AsyncGenerator<Html> {
  const finished = sheet.entries.filter(({ result }) => result.status === 'COMPLETE');
  const others = sheet.entries.filter(({ result }) => result.status !== 'COMPLETE');
  const style = await readFile(new URL('contact-sheet.css', import.meta.url), 'utf8');
  yield opening(sheet.entries, sheet.madeAt, style);

  const pictured = finished.slice(0, PICTURES_MAX);
  if (pictured.length > 0) yield html`<section aria-label="Photos">`;
  for (const entry of pictured) yield card(entry, await picturesOf(entry, finished.length, sheet.maxPixels));
  if (pictured.length > 0) yield html`</section>`;

  const listed = finished.slice(PICTURES_MAX);
  if (listed.length > 0) {
    yield html`<section class="listed"><h2>Without pictures</h2>
<p>This page shows the first ${PICTURES_MAX} photos; the rest are listed, so that the page stays light enough to send.</p>
<table><thead><tr><th scope="col">Photo</th><th scope="col">SSIM</th><th scope="col">PSNR</th></tr></thead><tbody>`;
    for (const entry of listed) yield plainRow(entry);
    yield html`</tbody></table></section>`;
  }

  if (others.length > 0) {
    yield html`<section><h2>Not processed</h2><ul class="refusals">`;
    for (const entry of others) yield refusal(entry);
    yield html`</ul></section>`;
  }
  if (finished.length > 0) yield notes();
  yield closing();
}

async function picturesOf(entry: ResultEntry, images: number, maxPixels: number): Promise<CardPictures> {
  const { originalPx, processedPx, rotationPx } = images < SMALLER_FROM ? FEW : MANY;
  const { outputs } = entry.result;
  const processed = outputs.find(({ variant }) => variant === PROCESSED);
  const rotations: { variant: string; picture: Picture | undefined }[] = [];
  for (const output of outputs) {
    if (output.variant === PROCESSED) continue;
    rotations.push({ variant: output.variant, picture: await preview(output.path, rotationPx, maxPixels) });
  }
  return {
    original: await preview(entry.sourcePath, originalPx, maxPixels),
    processed: processed && (await outputPicture(processed, processedPx, maxPixels)),
    rotations,
  };
}
