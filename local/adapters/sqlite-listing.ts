import type { StatementSync } from 'node:sqlite';
import {
  type AlbumCount,
  foldName,
  type ListCount,
  type ListPage,
  type ListPosition,
  type ListQuery,
  MAX_PAGE_READS,
  positionOf,
} from '../../core/listing.ts';
import type { Database } from './database.ts';
import { ownerColumn, recordOf, SECTIONS } from './image-rows.ts';

type Kind = ListQuery['scope']['kind'];

/** After every date. */
const LAST = '~';

/** How each listing is found and sorted. Its index holds every column that the statement looks at. */
const LISTINGS: Record<Kind, { index: string; scope: string; sortKey: string; order: 'ASC' | 'DESC' }> = {
  owner: {
    index: 'images_of_owner',
    scope: 'owner = :owner AND section = :section',
    sortKey: 'created_at',
    order: 'DESC',
  },
  album: {
    index: 'images_of_album',
    scope: `owner = :owner AND album = :album AND section = '${SECTIONS.listed}'`,
    sortKey: 'sort_at',
    order: 'ASC',
  },
  all: { index: 'images_of_all', scope: 'section = :section', sortKey: 'created_at', order: 'DESC' },
};

/** Listings by the columns of the images. Every filter is part of the statement, so only the last page is short. */
export class SqliteListing {
  readonly #database: Database;
  readonly #pages: Record<Kind, StatementSync>;
  readonly #counts: Record<Kind, StatementSync>;
  readonly #albums: StatementSync;

  constructor(database: Database) {
    this.#database = database;
    this.#pages = forEachKind((kind) => database.prepare(pageSql(kind)));
    this.#counts = forEachKind((kind) =>
      database.prepare(`SELECT count(*) AS images FROM ${matchesSql(kind)}`),
    );
    this.#albums = database.prepare(
      `SELECT album, count(*) AS images FROM images INDEXED BY images_of_album
       WHERE owner = ? AND section = '${SECTIONS.listed}' AND album IS NOT NULL GROUP BY album ORDER BY album`,
    );
  }

  list(query: ListQuery, after: ListPosition | undefined, limit: number): ListPage {
    const wanted = Math.min(limit, MAX_PAGE_READS);
    const values = { ...valuesOf(query, after), after_id: after?.imageId ?? '', rows: wanted + 1 };
    const rows = this.#database.run(() =>
      this.#pages[query.scope.kind].all({ ...values, after: after?.sortKey ?? LAST }),
    );
    const records = rows.slice(0, wanted).map(recordOf);
    const last = records.at(-1);
    return { records, next: rows.length > wanted && last ? positionOf(last, query.scope) : undefined };
  }

  count(query: ListQuery): ListCount {
    const row = this.#database.run(() =>
      this.#counts[query.scope.kind].get({ ...valuesOf(query, undefined) }),
    );
    return { count: Number(row?.images), isExact: true };
  }

  albums(owner: string | undefined): AlbumCount[] {
    const rows = this.#database.run(() => this.#albums.all(ownerColumn(owner)));
    return rows.map(({ album, images }) => ({ album: String(album), images: Number(images) }));
  }
}

/** The documents of a page. The ids come from the index alone, so that filters read no document. */
export function pageSql(kind: Kind): string {
  const { sortKey, order } = LISTINGS[kind];
  return `SELECT document FROM (
      SELECT image_id, ${sortKey} AS sort_key FROM ${matchesSql(kind)}
      AND (${sortKey} <> :after OR image_id > :after_id)
      ORDER BY ${sortKey} ${order}, image_id LIMIT :rows
    ) CROSS JOIN images USING (image_id) ORDER BY sort_key ${order}, image_id`;
}

function matchesSql(kind: Kind): string {
  const { index, scope, sortKey } = LISTINGS[kind];
  return `images INDEXED BY ${index}
      WHERE ${scope} AND ${sortKey} BETWEEN :low AND :high
      AND (:states IS NULL OR state IN (SELECT value FROM json_each(:states)))
      AND (:recipe IS NULL OR recipe = :recipe)
      AND (:name IS NULL OR instr(name, :name) > 0)`;
}

function valuesOf({ scope, states, recipe, name, from = '', to = LAST }: ListQuery, after?: ListPosition) {
  const start = after?.sortKey;
  return {
    ...(scope.kind === 'all' ? {} : { owner: ownerColumn(scope.owner) }),
    ...(scope.kind === 'album'
      ? { album: scope.album }
      : { section: scope.inTrash ? SECTIONS.trash : SECTIONS.listed }),
    low: scope.kind === 'album' && start !== undefined && start > from ? start : from,
    high: scope.kind !== 'album' && start !== undefined && start < to ? start : to,
    states: states ? JSON.stringify(states) : null,
    recipe: recipe ?? null,
    name: name === undefined ? null : foldName(name),
  };
}

function forEachKind<T>(make: (kind: Kind) => T): Record<Kind, T> {
  return { owner: make('owner'), album: make('album'), all: make('all') };
}
