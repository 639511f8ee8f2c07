import { createHash } from 'node:crypto';

/** The longest name, in bytes, that the common file systems accept. */
const MAX_NAME_BYTES = 255;
/** macOS accepts paths of up to 1,024 bytes; this leaves room for the path of the outputs folder. */
const MAX_PATH_BYTES = 700;
/** Characters of a cut name that stay readable. Each has at most four bytes, so mark, hash and ending fit, too. */
const READABLE_CHARACTERS = 40;

/** Characters that Windows refuses in names. */
const RESERVED = /[\p{Cc}<>:"|?*\\]/u;
const DEVICE_NAME = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
/** Only Darkroom uses names that begin so: encoded ones (`~`), and hidden ones such as the folder of partial files. */
const MARK = '~';
const MARKED_OR_HIDDEN = /^[~.]/;

/**
 * The path of a key, relative to the outputs folder, with `/`. Ordinary names stay the same. All others are encoded
 * behind the mark `~`, so that no two keys share a path and no path leaves the folder.
 */
export function pathOfKey(key: string): string {
  const path = key.split('/').map(encodeName).join('/');
  return Buffer.byteLength(path) <= MAX_PATH_BYTES ? path : hashedPathOfKey(key);
}

/** A path for a key whose own path is taken, for example by a key that differs only in upper and lower case. */
export function hashedPathOfKey(key: string): string {
  return `${MARK}#${sha256(key)}${extensionOf(key)}`;
}

/** Two paths with the same folded form are one file where the file system ignores case and normalisation. */
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

/** A hashed name keeps its extension, so that a double click still opens the file. */
function extensionOf(name: string): string {
  return /\.[A-Za-z0-9]{1,8}$/.exec(name)?.[0] ?? '';
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
