import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { runProcess } from '../run-process.ts';
import { findSources, type Source } from './sources.ts';

/** A picture at the size in which it is encoded, so that Darkroom changes none of its pixels. */
export interface Canvas {
  name: string;
  /** A PNG of 8 bits, without alpha. */
  path: string;
}

/** Vector graphics are drawn at this many dots per inch: 3,840 px instead of 960. */
const SVG_DPI = 288;

/**
 * Shrinks every picture into a square of that side, on white. SVG is drawn, which Darkroom's settings of sharp block:
 * so this runs in a process of its own.
 */
export function drawCanvases(folder: string, sidePx: number): Canvas[] {
  const into = join(folder, String(sidePx));
  mkdirSync(into);
  runProcess(process.execPath, [import.meta.filename, into, String(sidePx)]);
  return findSources().sources.map(({ name }, index) => ({ name, path: pathOf(into, index) }));
}

function pathOf(folder: string, index: number): string {
  return join(folder, `${index}.png`);
}

async function draw({ path }: Source, sidePx: number, to: string): Promise<void> {
  const density = path.endsWith('.svg') ? { density: SVG_DPI } : {};
  await sharp(readFileSync(path), { ...density, limitInputPixels: false })
    .resize(sidePx, sidePx, { fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .png()
    .toFile(to);
}

if (import.meta.main) {
  const [folder = '', sidePx = '0'] = process.argv.slice(2);
  for (const [index, source] of findSources().sources.entries()) {
    await draw(source, Number(sidePx), pathOf(folder, index));
  }
}
