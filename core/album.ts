import { InvalidInputError } from './errors.ts';

/** Object metadata (`x-amz-meta-album`) that names the album of an upload, percent-encoded, as S3 admits ASCII alone. */
export const ALBUM_METADATA = 'album';

/** Longest name of an album, in characters. */
export const MAX_ALBUM_LENGTH = 100;

/** The name as the metadata of an object carries it. */
export function encodeAlbum(album: string): string {
  return encodeURIComponent(album);
}

/**
 * The album that the metadata of an upload names. It is no reason to refuse a picture: a name that is too long is cut,
 * and an empty one, or one with control characters, is none.
 */
export function decodeAlbum(metadata: string | undefined): string | undefined {
  const name = [...decoded(metadata ?? '').trim()].slice(0, MAX_ALBUM_LENGTH).join('').trim();
  return isAlbumName(name) ? name : undefined;
}

/**
 * The name without the white space around it, for those who choose one by hand.
 *
 * @throws InvalidInputError where it can't be the name of an album
 */
export function albumNamed(text: string): string {
  const name = text.trim();
  if (isAlbumName(name)) return name;
  throw new InvalidInputError(
    `expected the name of an album, of 1 to ${MAX_ALBUM_LENGTH} characters without control characters, ` +
      `received ${JSON.stringify(text.slice(0, 2 * MAX_ALBUM_LENGTH))}`,
  );
}

function isAlbumName(name: string): boolean {
  return name !== '' && [...name].length <= MAX_ALBUM_LENGTH && name.isWellFormed() && !/\p{Cc}/u.test(name);
}

/** Plain text stays as it is, also where a percent sign in it begins no character. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
