import { createHash } from 'node:crypto';

/** Names longer than this, in bytes, are refused by the file systems in use. */
const MAX_NAME_BYTES = 255;
/** macOS refuses paths of more than 1,024 bytes; this leaves room for the folder they are in. */
const MAX_PATH_BYTES = 700;
/** Characters of a cut name that stay readable; at most four bytes each, so that mark, hash and ending fit too. */
const READABLE_CHARACTERS = 40;

/** What Windows refuses in names, and what ends a name or hides one everywhere. */
const RESERVED = /[\p{Cc}<>:"|?*\\]/u;
const DEVICE_NAME = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
/** Names that begin so are ours alone: encoded ones (`~`), and hidden ones such as the folder of partial files. */
const MARK = '~';
const MARKED_OR_HIDDEN = /^[~.]/;

/**
 * The path of a key in the outputs folder, relative, with `/`. Ordinary names stay as they are; every other name is
 * encoded under the mark `~`, so that no two keys share a path and none leaves the folder.
 */
export function pathOfKey(key: string): string {
  const path = key.split('/').map(encodeName).join('/');
  return Buffer.byteLength(path) <= MAX_PATH_BYTES ? path : hashedPathOfKey(key);
}

/** A path for a key whose own path is taken, such as one that differs from another's in upper and lower case. */
export function hashedPathOfKey(key: string): string {
  return `${MARK}#${sha256(key)}${extensionOf(key)}`;
}

/** The path as file systems see it that ignore case and Unicode normalisation: equal ones may be one file. */
export function foldPath(path: string): string {
  return path.normalize('NFC').toLowerCase();
}

function encodeName(name: string): string {
  const encoded = isOrdinary(name) ? name : MARK + name.replace(/[\p{Cc}<>:"|?*\\%#]|[. ]$/gu, percentEncode);
  if (Buffer.byteLength(encoded) <= MAX_NAME_BYTES) return encoded;
  const start = [...encoded].slice(0, READABLE_CHARACTERS).join('');
  return `${MARK}#${start}#${sha256(name)}${extensionOf(name)}`;
}

function isOrdinary(name: string): boolean {
  return (
    name !== '' &&
    !MARKED_OR_HIDDEN.test(name) &&
    !RESERVED.test(name) &&
    !/[. ]$/.test(name) &&
    !DEVICE_NAME.test(name)
  );
}

function percentEncode(character: string): string {
  return [...Buffer.from(character)]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('');
}

/** Kept on hashed names, so that a double click still opens the file. */
function extensionOf(name: string): string {
  return /\.[A-Za-z0-9]{1,8}$/.exec(name)?.[0] ?? '';
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
