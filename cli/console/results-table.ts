import { relative } from 'node:path';
import { PROCESSED } from '../../core/names.ts';
import type { ImageResult } from '../results.ts';
import { formatDuration, formatSsim } from './figures.ts';
import { type Column, formatTable } from './table.ts';
import { printable } from './text.ts';

const COLUMNS: readonly Column[] = [
  { title: 'file', shrinks: true },
  { title: 'status' },
  { title: 'SSIM', align: 'right' },
  { title: 'PSNR dB', align: 'right' },
  { title: 'time', align: 'right' },
  { title: 'outputs', shrinks: true },
];

/** What the figures of the table mean; printed below it. */
export const TABLE_NOTE =
  'SSIM and PSNR tell what encoding lost; the contact sheet shows all measures. Rotations are under augmented-images/.';

/**
 * One line an image: how it ended, what was measured, and where the processed picture is, or why there is none.
 *
 * @param width columns of the terminal; undefined for a file or a pipe
 */
export function resultsTable(results: readonly ImageResult[], width?: number): string[] {
  return formatTable(COLUMNS, results.map(rowOf), width);
}

function rowOf(result: ImageResult): string[] {
  const { ssim, psnrDb } = result.quality.encode;
  const done = result.status === 'COMPLETE';
  return [
    printable(result.input),
    result.status,
    formatSsim(ssim),
    psnrDb === null ? (done && ssim === 1 ? '∞' : '–') : psnrDb.toFixed(1),
    formatDuration(result.timingsMs.total),
    done ? shortPath(result) : printable(`${result.code ?? ''}: ${result.reason ?? ''}`),
  ];
}

/** One finished image as a line of text, for whoever watches. */
export function resultLine(result: ImageResult): string {
  const [file, status, ssim, psnr, time, outputs] = rowOf(result);
  if (result.status !== 'COMPLETE') return `${status}  ${file}  ${outputs}`;
  return `${status}  ${file}  SSIM ${ssim}, PSNR ${psnr} dB, ${time}  ${outputs}`;
}

function shortPath({ outputs }: ImageResult): string {
  const path = (outputs.find(({ variant }) => variant === PROCESSED) ?? outputs[0])?.path ?? '';
  const fromHere = relative('', path);
  return printable(fromHere.startsWith('..') ? path : fromHere);
}
