import { albumSortOf, foldName } from '../../core/listing.ts';
import { type ImageRecord, readRecord } from '../../core/pipeline/record.ts';
import { measuredOf } from '../../core/trends/trends.ts';
import type { Database } from './database.ts';

/** The columns of an image: its record as JSON, and what it is found, sorted and filtered by. */
const COLUMNS = [
  'image_id',
  'state',
  'due_at',
  'document',
  'owner',
  'section',
  'created_at',
  'album',
  'sort_at',
  'recipe',
  'name',
  'measures',
] as const;

/** Where listings look for an image. */
export const SECTIONS = { listed: 'listed', trash: 'trash', deleted: 'deleted' } as const;

/** The statements that write the row of an image. */
export function imageRowStatements(database: Database) {
  const names = COLUMNS.join(', ');
  const values = COLUMNS.map(() => '?').join(', ');
  const updates = COLUMNS.slice(1).map((name) => `${name} = excluded.${name}`);
  return {
    insert: database.prepare(`INSERT OR IGNORE INTO images (${names}) VALUES (${values})`),
    replace: database.prepare(
      `INSERT INTO images (${names}) VALUES (${values}) ON CONFLICT DO UPDATE SET ${updates.join(', ')}`,
    ),
  };
}

/** The values of the columns, in their order. */
export function rowOf(record: ImageRecord): (string | null)[] {
  return [
    record.imageId,
    record.state,
    record.dueAt ?? null,
    JSON.stringify(record),
    ownerColumn(record.owner),
    sectionOf(record),
    record.createdAt,
    record.album ?? null,
    albumSortOf(record),
    record.recipe?.name ?? null,
    foldName(record.fileName),
    measuresOf(record),
  ];
}

/** Images without an owner have the empty one, so that an index finds them. */
export function ownerColumn(owner: string | undefined): string {
  return owner ?? '';
}

/** The record of a row that this adapter wrote, in this release or an earlier one. */
export function recordOf(row: Record<string, unknown>): ImageRecord {
  return readRecord(JSON.parse(String(row.document)));
}

function measuresOf(record: ImageRecord): string | null {
  const measured = measuredOf(record);
  return measured === undefined ? null : JSON.stringify(measured.values);
}

function sectionOf({ state, deletedAt }: ImageRecord): string {
  if (state === 'DELETED') return SECTIONS.deleted;
  return deletedAt === undefined ? SECTIONS.listed : SECTIONS.trash;
}
