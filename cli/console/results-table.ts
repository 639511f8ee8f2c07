import { relative } from 'node:path';
import { PROCESSED } from '../../core/names.ts';
import type { Result } from '../result.ts';
import { formatDuration, formatPsnr, formatSsim } from './figures.ts';
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

/** Explains the figures of the table; printed below it. */
export const TABLE_NOTE =
  'SSIM and PSNR show what encoding lost; the contact sheet shows all measures. Rotations are in augmented-images/.';

/**
 * One line per image: how it ended, what was measured, and where the processed picture is, or why there is none.
 *
 * @param width columns of the terminal; undefined for a file or a pipe
 */
export function resultsTable(results: readonly Result[], width?: number): string[] {
  return formatTable(COLUMNS, results.map(rowOf), width);
}

function rowOf(result: Result): string[] {
  const encode = result.quality?.encode;
  const done = result.state === 'COMPLETE';
  return [
    printable(result.input),
    result.state,
    formatSsim(encode),
    formatPsnr(encode),
    formatDuration(result.timingsMs.total ?? 0),
    done ? shortPath(result) : printable(`${result.reason?.code ?? ''}: ${result.reason?.message ?? ''}`),
  ];
}

/** One ended image as a line of text. */
export function resultLine(result: Result): string {
  const [file, status, ssim, psnr, time, outputs] = rowOf(result);
  if (result.state !== 'COMPLETE') return `${status}  ${file}  ${outputs}`;
  return `${status}  ${file}  SSIM ${ssim}, PSNR ${psnr} dB, ${time}  ${outputs}`;
}

function shortPath({ outputs }: Result): string {
  const path = (outputs.find(({ variant }) => variant === PROCESSED) ?? outputs[0])?.path ?? '';
  const fromHere = relative('', path);
  return printable(fromHere.startsWith('..') ? path : fromHere);
}
