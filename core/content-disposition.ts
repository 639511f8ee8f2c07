/** What a name may not be in a quoted string: control characters, the quote, the backslash, and what is not ASCII. */
const NOT_QUOTABLE = /[^ !#-[\]-~]/gu;
/** A browser stores under the last component, so that separators would only cost a part of the name. */
const SEPARATORS = /[/\\]/g;

/**
 * The value of `Content-Disposition` that makes browsers store an answer under that name: once in ASCII, and once in
 * UTF-8 for the browsers of today.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6266 and RFC 8187, which replaces RFC 5987
 */
export function attachmentDisposition(name: string): string {
  const plain = name.toWellFormed().replace(SEPARATORS, '_');
  return `attachment; filename="${plain.replace(NOT_QUOTABLE, '_')}"; filename*=UTF-8''${percentEncoded(plain)}`;
}

/** `encodeURIComponent` leaves four characters that RFC 8187 does not admit. */
function percentEncoded(text: string): string {
  return encodeURIComponent(text).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
