import { join } from 'node:path';
import { ssim as ssimJs } from 'ssim.js';
import { ssimGrey } from '../core/image/measure/ssim.ts';
import { bundleDarkroom } from './bundles.ts';
import { processFile } from './darkroom.ts';
import type { GreyPlanes } from './grey-planes.ts';
import { pythonArguments, type WarmPython } from './python.ts';
import { type Contender, runProcess } from './timing.ts';

/** What else is installed. */
export interface Peers {
  vips: boolean;
  magick: string | undefined;
  python: string | undefined;
  warmPython: WarmPython | undefined;
}

/** One thumbnail by one process: one decode, no more. All else is measured by it. */
export const FLOOR = '`vipsthumbnail`, one thumbnail';

/** What SSIM alone is measured by. */
export const REFERENCE = 'scikit-image';

const SIZE = '256x256';

/** Whole processes, from start to end. */
export function wholeProcesses(path: string, folder: string, { vips, magick, python }: Peers): Contender[] {
  const contenders: Contender[] = [];
  const out = join(folder, 'out.jpg');
  const add = (title: string, command: string, args: string[]) =>
    contenders.push({ title, run: () => void runProcess(command, args) });
  if (vips) add(FLOOR, 'vipsthumbnail', [path, '--size', SIZE, '-o', `${out}[Q=90]`]);
  if (magick !== undefined) {
    const hint = ['-define', 'jpeg:size=512x512'];
    add('ImageMagick, one thumbnail', magick, [...hint, path, '-thumbnail', SIZE, '-quality', '90', out]);
  }
  if (python !== undefined) {
    add('Pillow, one thumbnail', python, pythonArguments('thumbnail', path));
    add('Pillow, OpenCV, scikit-image: everything', python, pythonArguments('everything', path));
  }
  add('Darkroom: everything', process.execPath, [bundleDarkroom(folder), path]);
  return contenders;
}

/** The same inside a process that has worked before. */
export function warmProcesses(path: string, { warmPython }: Peers): Contender[] {
  const contenders: Contender[] = [
    { title: 'Darkroom: without `detail`, four rotations', run: () => processOnce(path, false) },
    { title: 'Darkroom: everything', run: () => processOnce(path, true) },
  ];
  if (warmPython !== undefined) {
    const run = async () => (await warmPython.run('everything', path)).ms;
    contenders.push({ title: 'Pillow, OpenCV, scikit-image: everything', run });
  }
  return contenders;
}

/** SSIM alone, of two grey planes at full size; the first is what the others are compared with. */
export function ssimAlone(planes: GreyPlanes, { warmPython }: Peers): Contender[] {
  const { a, b, widthPx, heightPx, files } = planes;
  const contenders: Contender[] = [];
  if (warmPython !== undefined) {
    const run = async () => (await warmPython.run('ssim', ...files, widthPx, heightPx)).ms;
    contenders.push({ title: REFERENCE, run });
  }
  contenders.push({ title: 'ssim.js (`weber`, window 7)', run: ssimJsOf(planes) });
  contenders.push({ title: 'Darkroom', run: () => void ssimGrey(a, b, widthPx, heightPx) });
  return contenders;
}

async function processOnce(path: string, detail: boolean): Promise<undefined> {
  await processFile(path, detail);
}

/** ssim.js takes RGBA alone; that it makes grey of it again is part of its time. */
function ssimJsOf({ a, b, widthPx, heightPx }: GreyPlanes): () => number {
  const options = { ssim: 'weber', windowSize: 7, downsample: false } as const;
  return () => ssimJs(rgba(a, widthPx, heightPx), rgba(b, widthPx, heightPx), options).performance;
}

function rgba(plane: Uint8Array, width: number, height: number) {
  const data = new Uint8ClampedArray(4 * plane.length);
  for (let i = 0; i < plane.length; i++) data.fill(plane[i] ?? 0, 4 * i, 4 * i + 3);
  return { data, width, height };
}
