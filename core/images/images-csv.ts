import type { ImageRecord } from '../pipeline/record.ts';

type Cell = string | number | null | undefined;

/** The columns of the table, and what each shows of an image. */
const COLUMNS: Readonly<Record<string, (record: ImageRecord) => Cell>> = {
  imageId: ({ imageId }) => imageId,
  fileName: ({ fileName }) => fileName,
  album: ({ album }) => album,
  owner: ({ owner }) => owner,
  state: ({ state }) => state,
  recipe: ({ recipe }) => recipe?.name,
  createdAt: ({ createdAt }) => createdAt,
  capturedAt: ({ capturedAt }) => capturedAt,
  endedAt: ({ endedAt }) => endedAt,
  bytes: ({ source }) => source.bytes,
  widthPx: ({ imageInfo }) => imageInfo?.widthPx,
  heightPx: ({ imageInfo }) => imageInfo?.heightPx,
  format: ({ imageInfo }) => imageInfo?.format,
  encodeSsim: ({ quality }) => quality?.encode.ssim,
  encodePsnrDb: ({ quality }) => quality?.encode.psnrDb,
  encodeScore: ({ quality }) => quality?.encode.ssimulacra2,
  detailSsim: ({ quality }) => quality?.detail?.ssim,
  reason: ({ reason }) => reason?.code,
};

/**
 * A table of images by RFC 4180. Text that a spreadsheet would take for a formula gets an apostrophe before it.
 *
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
export function imagesCsv(records: readonly ImageRecord[], { hasHeader }: { hasHeader: boolean }): string {
  const header = hasHeader ? [Object.keys(COLUMNS)] : [];
  const rows = records.map((record) => Object.values(COLUMNS).map((of) => cell(of(record))));
  return [...header, ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}

function cell(value: Cell): string {
  if (typeof value !== 'string') return value === null || value === undefined ? '' : String(value);
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
