/**
 * What we use of the C interface of libheif, as Emscripten exports it. A structure of C that a function returns is
 * written to its first argument.
 *
 * @see https://github.com/strukturag/libheif/blob/v1.23.0/libheif/api/libheif/heif.h
 */
export interface LibHeif {
  HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _heif_context_alloc(): number;
  _heif_context_read_from_memory(error: number, context: number, at: number, bytes: number, options: 0): void;
  _heif_context_get_primary_image_handle(error: number, context: number, handle: number): void;
  _heif_decoding_options_alloc(): number;
  _heif_decode_image(
    error: number,
    handle: number,
    image: number,
    colourSpace: number,
    chroma: number,
    options: number,
  ): void;
  _heif_image_get_decoding_warnings(image: number, first: number, into: 0, count: 0): number;
  _heif_image_get_width(image: number, channel: number): number;
  _heif_image_get_height(image: number, channel: number): number;
  _heif_image_get_bits_per_pixel_range(image: number, channel: number): number;
  _heif_image_get_plane_readonly2(image: number, channel: number, stride: number): number;
}

/** heif_colorspace_RGB */
const COLOUR_SPACE_RGB = 1;
/** heif_chroma_interleaved_RGB, _RGBA, _RRGGBB_LE and _RRGGBBAA_LE */
const CHROMA = { narrow: { 3: 10, 4: 11 }, wide: { 3: 14, 4: 15 } } as const;
/** heif_channel_interleaved */
const INTERLEAVED = 10;
/** Where `strict_decoding` is in heif_decoding_options: behind two bytes, four pointers and a byte. */
const STRICT_AT = 21;
/** heif_error: two codes and a text. */
const ERROR_BYTES = 12;

/** A picture on the decoder's heap. */
export interface HeifPicture {
  widthPx: number;
  heightPx: number;
  bits: number;
  /** Bytes from one row to the next, and from where on. */
  strideBytes: number;
  at: number;
}

/** The file lacks something that its picture needs. */
export class DamagedError extends Error {
  override readonly name = 'DamagedError';
}

/**
 * Decodes the primary picture, upright, to interleaved samples. Nothing is freed: the process ends behind it.
 *
 * @throws DamagedError where it cannot be decoded without a warning
 */
export function decodePrimary(
  lib: LibHeif,
  bytes: Uint8Array,
  { channels, isWide }: { channels: 3 | 4; isWide: boolean },
): HeifPicture {
  const [error, out] = [lib._malloc(ERROR_BYTES), lib._malloc(4)];
  const check = () => checkError(lib, error);
  const context = lib._heif_context_alloc();
  const file = lib._malloc(bytes.length);
  lib.HEAPU8.set(bytes, file);
  lib._heif_context_read_from_memory(error, context, file, bytes.length, 0);
  check();
  lib._heif_context_get_primary_image_handle(error, context, out);
  check();
  const handle = longAt(lib, out);
  const options = lib._heif_decoding_options_alloc();
  lib.HEAPU8[options + STRICT_AT] = 1;
  const chroma = CHROMA[isWide ? 'wide' : 'narrow'][channels];
  lib._heif_decode_image(error, handle, out, COLOUR_SPACE_RGB, chroma, options);
  check();
  const image = longAt(lib, out);
  if (lib._heif_image_get_decoding_warnings(image, 0, 0, 0) > 0) throw new DamagedError('its decoder warned');
  const at = lib._heif_image_get_plane_readonly2(image, INTERLEAVED, out);
  return {
    widthPx: lib._heif_image_get_width(image, INTERLEAVED),
    heightPx: lib._heif_image_get_height(image, INTERLEAVED),
    bits: lib._heif_image_get_bits_per_pixel_range(image, INTERLEAVED),
    strideBytes: longAt(lib, out),
    at,
  };
}

function checkError(lib: LibHeif, error: number): void {
  if (longAt(lib, error) === 0) return;
  const at = longAt(lib, error + 8);
  const end = lib.HEAPU8.indexOf(0, at);
  throw new DamagedError(new TextDecoder().decode(lib.HEAPU8.slice(at, end)));
}

/** A little-endian number of 32 bits. The heap moves when it grows, so it is looked up each time. */
function longAt(lib: LibHeif, at: number): number {
  const { buffer } = lib.HEAPU8;
  return new DataView(buffer).getUint32(at, true);
}
