import { createWriteStream } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { html } from 'hono/html';
import { PROCESSED } from '../../core/names.ts';
import type { ResultEntry } from '../result.ts';
import { type CardPictures, card, refusal } from './card.ts';
import { closing, type Html, notes, opening, plainRow } from './page.ts';
import { outputPicture, type Picture, preview } from './pictures.ts';

export interface ContactSheet {
  /** In the order of the page. */
  entries: readonly ResultEntry[];
  madeAt: Date;
  /** A source with more pixels is not decoded for a preview. */
  maxPixels: number;
  /** The address of an output in full size, where something serves it. */
  urlOf?(imageId: string, variant: string): string;
}

/** From the first number of images, pictures are smaller. Images beyond the second are listed without pictures. */
const SMALLER_FROM = 25;
const PICTURES_MAX = 250;

/** Longest sides in pixels. For few images they are twice as large as on the page, for high-resolution screens. */
const FEW = { originalPx: 800, processedPx: 560, rotationPx: 240 };
const MANY = { originalPx: 400, processedPx: 320, rotationPx: 120 };

/**
 * Writes the contact sheet: one page that contains its pictures, loads nothing else and runs no script. It is written
 * image by image, so that a long page needs no more memory than a short one.
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
  for await (const piece of piecesOf(sheet)) yield piece.toString();
}

async function* piecesOf(sheet: ContactSheet): AsyncGenerator<Html> {
  const finished = sheet.entries.filter(({ result }) => result.state === 'COMPLETE');
  const others = sheet.entries.filter(({ result }) => result.state !== 'COMPLETE');
  const style = await readFile(new URL('contact-sheet.css', import.meta.url), 'utf8');
  yield opening(sheet.entries, sheet.madeAt, style);

  const pictured = finished.slice(0, PICTURES_MAX);
  if (pictured.length > 0) yield html`<section aria-label="Photos">`;
  for (const entry of pictured) yield card(entry, await picturesOf(entry, finished.length, sheet));
  if (pictured.length > 0) yield html`</section>`;

  const listed = finished.slice(PICTURES_MAX);
  if (listed.length > 0) {
    yield html`<section class="listed"><h2>Without pictures</h2>
<p>This page shows the first ${PICTURES_MAX} photos. The others are listed, so that the page stays small enough to send.</p>
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

async function picturesOf(
  entry: ResultEntry,
  images: number,
  { maxPixels, urlOf }: ContactSheet,
): Promise<CardPictures> {
  const { originalPx, processedPx, rotationPx } = images < SMALLER_FROM ? FEW : MANY;
  const { outputs, imageId } = entry.result;
  const linked = (variant: string, picture: Picture | undefined) =>
    picture && urlOf && imageId ? { ...picture, url: urlOf(imageId, variant) } : picture;
  const processed = outputs.find(({ variant }) => variant === PROCESSED);
  const rotations: { variant: string; picture: Picture | undefined }[] = [];
  for (const output of outputs) {
    if (output.variant === PROCESSED) continue;
    const picture = await preview(output.path, rotationPx, maxPixels);
    rotations.push({ variant: output.variant, picture: linked(output.variant, picture) });
  }
  return {
    original: await preview(entry.sourcePath, originalPx, maxPixels),
    processed: processed && linked(PROCESSED, await outputPicture(processed, processedPx, maxPixels)),
    rotations,
  };
}
