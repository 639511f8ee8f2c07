import type { ImageState, ImageView } from '../../client/types.ts';

/** What the address of a gallery says. */
export interface ImageFilter {
  state?: ImageState;
  recipe?: string;
  album?: string;
  /** Part of the file name. */
  name?: string;
  /** Days, as `2026-01-31`, of the upload in UTC; both are included. */
  from?: string;
  to?: string;
  trash?: boolean;
  /** Of everybody: administrators only. */
  all?: boolean;
}

const TEXTS = ['state', 'recipe', 'album', 'name', 'from', 'to'] as const;

export function keyOf(filter: ImageFilter): string {
  return searchOf(filter);
}

/** The query of an address, sorted, so that equal filters are equal strings. */
export function searchOf(filter: ImageFilter): string {
  const search = new URLSearchParams();
  for (const name of TEXTS) if (filter[name]) search.set(name, filter[name]);
  for (const name of ['trash', 'all'] as const) if (filter[name]) search.set(name, 'true');
  return search.toString();
}

export function filterOf(search: URLSearchParams): ImageFilter {
  const filter: Record<string, string | boolean> = {};
  for (const name of TEXTS) {
    const value = search.get(name);
    if (value) filter[name] = value;
  }
  if (search.get('all') === 'true') filter.all = true;
  return filter as ImageFilter;
}

/** Whether an image that has just changed stands in the list of this filter. */
export function belongs(image: ImageView, filter: ImageFilter): boolean {
  const day = image.createdAt.slice(0, 10);
  return (
    image.state !== 'DELETED' &&
    (image.deletedAt !== null) === (filter.trash === true) &&
    (filter.state === undefined || image.state === filter.state) &&
    (filter.recipe === undefined || image.recipe === filter.recipe) &&
    (filter.album === undefined || image.album === filter.album) &&
    (filter.name === undefined || image.fileName.toLowerCase().includes(filter.name.toLowerCase())) &&
    (filter.from === undefined || day >= filter.from) &&
    (filter.to === undefined || day <= filter.to)
  );
}

/** The order of a list: an album by capture date, everything else by upload, newest first. */
export function compareIn(filter: ImageFilter): (a: ImageView, b: ImageView) => number {
  if (filter.album !== undefined && !filter.trash) {
    return (a, b) => order(takenAt(a), takenAt(b)) || order(a.imageId, b.imageId);
  }
  return (a, b) => order(b.createdAt, a.createdAt) || order(a.imageId, b.imageId);
}

/** As the catalog sorts: the camera's local time, else the upload. */
function takenAt({ capturedAt, createdAt }: ImageView): string {
  return capturedAt ?? createdAt.replace(/Z$/, '');
}

function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
