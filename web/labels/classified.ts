import type { Prediction } from '../../client/types.ts';

/** What a model says of a picture. */
export interface Classified {
  predictions: Prediction[];
  model: string;
}

/** A file that somebody asked about. */
export interface AskedFile {
  id: number;
  name: string;
  /** For the browser's own picture of it. */
  address: string;
  answer?: Classified;
  problem?: string;
}

/** The first prediction, where it reaches the threshold. */
export function recognised(answer: Classified | undefined, minConfidence: number): Prediction | undefined {
  const first = answer?.predictions[0];
  return first !== undefined && first.confidence >= minConfidence ? first : undefined;
}

/** A table by RFC 4180: filename, prediction, confidence. A text that a spreadsheet would take for a formula gets an apostrophe. */
export function classifiedCsv(files: readonly AskedFile[], minConfidence: number): string {
  const rows = files.map(({ name, answer }) => {
    const first = recognised(answer, minConfidence);
    return [name, first?.name ?? '', first?.confidence.toFixed(4) ?? ''];
  });
  return [['filename', 'prediction', 'confidence'], ...rows]
    .map((row) => `${row.map(cell).join(',')}\r\n`)
    .join('');
}

function cell(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
