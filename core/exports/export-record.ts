import type { Principal } from '../access.ts';
import type { Reason } from '../errors.ts';
import type { Variant } from '../names.ts';

export const EXPORT_STATES = ['WAITING', 'RUNNING', 'COMPLETE', 'FAILED'] as const;
export type ExportState = (typeof EXPORT_STATES)[number];

/** States from which an export still ends. */
export const UNFINISHED: readonly ExportState[] = ['WAITING', 'RUNNING'];

/** Most files of one export. */
export const MAX_EXPORT_ITEMS = 500;
/** S3 takes up to 5 GB in one request; the rest is room for the directory of the archive. */
export const MAX_EXPORT_BYTES = 4_500_000_000;
/** How long an export and its archive are kept. On AWS, S3 expires the archive at the first midnight (UTC) after that. */
export const EXPORT_KEPT_MS = 86_400_000;

/** One file that is asked for: an original, or an output of the image's current run. */
export interface ExportItem {
  imageId: string;
  variant: typeof ORIGINAL | Variant;
}

export const ORIGINAL = 'original';

/** An export, as it is kept. Under 64 KB with the most items; times are ISO 8601, UTC. */
export interface ExportRecord {
  exportId: string;
  /** Who asked for it. What this principal may not read any more when the archive is made is left out. */
  principal: Principal;
  items: ExportItem[];
  state: ExportState;
  /** Files that are in the archive so far. */
  files: number;
  /** Items that were not there any more, or not yet; null until they have been counted. */
  leftOut: number | null;
  /** Of the whole archive; null until that is known. */
  bytes: number | null;
  /** Why it FAILED. */
  reason: Reason | null;
  createdAt: string;
  endedAt: string | null;
  /** From then on nobody knows of it. */
  expiresAt: string;
}

/** What changes while an export is made. */
export type ExportChange = Partial<
  Pick<ExportRecord, 'state' | 'files' | 'leftOut' | 'bytes' | 'reason' | 'endedAt' | 'expiresAt'>
>;
