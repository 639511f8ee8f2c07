import { join } from 'node:path';
import { ssim as ssimJs } from 'ssim.js';
import { comparePixels } from '../core/image/measure/compare.ts';
import { ssimulacra2 } from '../core/image/measure/ssimulacra2.ts';
import { ssimGrey } from '../test/support/ssim-grey.ts';
import { bundleDarkroom } from './bundles.ts';
import { processFile } from './darkroom.ts';
import type { GreyPlanes } from './grey-planes.ts';
import type { Peers } from './peers.ts';
import { pythonArguments } from './python.ts';
import { runProcess } from './run-process.ts';
import type { Squares } from './squares.ts';
import type { Contender } from './timing.ts';

/** The rows of the table. All is measured by `floor`: one thumbnail by one process, which is one decode and no more. */
export const TITLES = {
  floor: 'process: `vipsthumbnail`, one thumbnail',
  magick: 'process: ImageMagick, one thumbnail',
  pillow: 'process: Pillow, one thumbnail',
  python: 'process: Pillow, OpenCV, scikit-image: everything',
  darkroom: 'process: Darkroom: everything',
  warmWithoutDetail: 'warm: Darkroom: without `detail`, four rotations',
  warm: 'warm: Darkroom: everything',
  warmPython: 'warm: Pillow, OpenCV, scikit-image: everything',
  scikitSsim: 'SSIM alone: scikit-image',
  jsSsim: 'SSIM alone: ssim.js (`weber`, window 7)',
  ssim: 'SSIM alone: Darkroom',
  comparison: '640×640 px: SSIM and PSNR, Darkroom',
  pythonSsimulacra2: '640×640 px: SSIMULACRA2, PyPI',
  ssimulacra2: '640×640 px: SSIMULACRA2, Darkroom',
} as const;

const SIZE = '256x256';

/** Whole processes, from start to end. */
export function wholeProcesses(path: string, folder: string, { vips, magick, python }: Peers): Contender[] {
  const contenders: Contender[] = [];
  const out = join(folder, 'out.jpg');
  const add = (title: string, command: string, args: string[]) =>
    contenders.push({ title, run: () => void runProcess(command, args) });
  if (vips) add(TITLES.floor, 'vipsthumbnail', [path, '--size', SIZE, '-o', `${out}[Q=90]`]);
  if (magick !== undefined) {
    const hint = ['-define', 'jpeg:size=512x512'];
    add(TITLES.magick, magick, [...hint, path, '-thumbnail', SIZE, '-quality', '90', out]);
  }
  if (python !== undefined) {
    add(TITLES.pillow, python, pythonArguments('thumbnail', path));
    add(TITLES.python, python, pythonArguments('everything', path));
  }
  add(TITLES.darkroom, process.execPath, [bundleDarkroom(folder), path]);
  return contenders;
}

/** The same inside a process that has worked before. */
export function warmProcesses(path: string, { warmPython }: Peers): Contender[] {
  const contenders: Contender[] = [
    { title: TITLES.warmWithoutDetail, run: () => processOnce(path, false) },
    { title: TITLES.warm, run: () => processOnce(path, true) },
  ];
  if (warmPython !== undefined) {
    const run = async () => (await warmPython.run('everything', path)).ms;
    contenders.push({ title: TITLES.warmPython, run });
  }
  return contenders;
}

/** SSIM alone, of two grey planes at full size; the first is what the others are compared with. */
export function ssimAlone(planes: GreyPlanes, { warmPython }: Peers): Contender[] {
  const { a, b, widthPx, heightPx, files } = planes;
  const contenders: Contender[] = [];
  if (warmPython !== undefined) {
    const run = async () => (await warmPython.run('ssim', ...files, widthPx, heightPx)).ms;
    contenders.push({ title: TITLES.scikitSsim, run });
  }
  contenders.push({ title: TITLES.jsSsim, run: ssimJsOf(planes) });
  contenders.push({ title: TITLES.ssim, run: () => void ssimGrey(a, b, widthPx, heightPx) });
  return contenders;
}

/** The measures that compare every output with its source; the first is what the others are compared with. */
export function measures({ a, b, files }: Squares, peers: Peers): Contender[] {
  const contenders: Contender[] = [{ title: TITLES.comparison, run: () => void comparePixels(a, b) }];
  const python = peers.ssimulacra2;
  if (python !== undefined) {
    const run = async () => (await python.run('ssimulacra2', ...files)).ms;
    contenders.push({ title: TITLES.pythonSsimulacra2, run });
  }
  contenders.push({ title: TITLES.ssimulacra2, run: () => void ssimulacra2(a, b) });
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
