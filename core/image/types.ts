import type { LabelMode } from '../labels/models.ts';
import type { Variant } from '../names.ts';
import type { OutputFormat, Recipe } from '../recipe.ts';
import type { PicturePart } from './parts.ts';
import type { HeicDecoder } from './source/heic-decoder.ts';
import type { SourceFormat } from './source/source-format.ts';
import type { Timings } from './steps.ts';

/** What the header of an image says. No pixel has been decoded for it. */
export interface ImageInfo {
  format: SourceFormat;
  bytes: number;
  /** After the EXIF orientation, as a viewer shows it. */
  widthPx: number;
  heightPx: number;
  /** EXIF orientation 1..8; 1 where there is none. */
  orientation: number;
  /** Pages of a TIFF, frames of an animation; 1 for a still picture. */
  pages: number;
  /** As libvips names it: srgb, cmyk, b-w, rgb16, … */
  colourSpace: string;
  hasAlpha: boolean;
  hasProfile: boolean;
}

/** The EXIF of the source by block. It includes GPS, so only the owner may read it. */
export type Exif = Record<string, Record<string, string | number | number[]>>;

/** The limits of one image. All but the time are checked before decoding. */
export interface ImageLimits {
  maxBytes: number;
  /** Width × height × pages. */
  maxPixels: number;
  maxPages: number;
  /** Memory that the work on one image may take, beside what an idle process has. */
  maxMemoryBytes: number;
  /** Time for the work on one image. After it, the image is rejected with `PROCESSING_LIMIT`. */
  timeoutMs: number;
}

/** How a picture is encoded. */
export interface Encoding {
  format: OutputFormat;
  /** 1..100; PNG and GIF ignore it. */
  quality: number;
  /** JPEG with mozjpeg's trellis quantisation and scans: smaller, and slower. */
  mozjpeg: boolean;
  /** How finely a JPEG holds its colours; other formats ignore it. Earlier releases recorded none and wrote 4:2:0. */
  chroma?: Chroma;
}

/** Colour at each pixel, or one for 2×2 pixels. */
export type Chroma = '4:4:4' | '4:2:0';

/** One try of a search for the smallest file that reaches a target. */
export interface EncodingTry extends Required<Encoding> {
  bytes: number;
  /** Of the decoded bytes against the pixels given to the encoder, as in {@link EncodeComparison}. */
  ssim: number | null;
  psnrDb: number | null;
  ssimulacra2: number | null;
}

/** What a search chose, and every try in order. */
export interface EncodingSearch {
  /** The target of the recipe; the other one is null. */
  targetSsim: number | null;
  targetQuality: number | null;
  targetMet: boolean;
  chosen: Encoding;
  tries: EncodingTry[];
}

/** An encoded picture. */
export interface EncodedImage {
  bytes: Buffer;
  widthPx: number;
  heightPx: number;
  format: OutputFormat;
}

/**
 * One comparison of two pictures.
 * `ssim` is null where the content is under 7 px on a side; `psnrDb` is null where the pictures are identical,
 * as JSON has no infinity.
 */
export interface Comparison {
  ssim: number | null;
  psnrDb: number | null;
  identical: boolean;
}

/** The comparison of the pixels that were given to the encoder with the decoded output. */
export interface EncodeComparison extends Comparison {
  /** SSIMULACRA2, from −∞ to 100; null where it was not measured, as of a large picture. */
  ssimulacra2: number | null;
}

/** The three comparisons of docs/recipes.md; null where one was not made. */
export interface Quality {
  encode: EncodeComparison;
  detail: Comparison | null;
  enhance: Comparison;
}

/** A small WebP of the original, upright and in sRGB, without metadata. */
export interface Thumbnail {
  bytes: Buffer;
  widthPx: number;
  heightPx: number;
  /** ThumbHash, base64. */
  hash: string;
}

/** Everything that comes from one decode of one image. */
export interface ProcessedImage {
  /** The processed picture, which `quality` is about. */
  processed: EncodedImage;
  /** The light parts by variant, the processed picture among them. */
  parts: Record<Variant, EncodedImage>;
  /** The pixels handed to the encoder, lossless, for the heavy parts; null where the recipe has none. */
  intermediate: Buffer | null;
  thumbnail: Thumbnail;
  /** What a model sees of the original; null where the recipe asks for no labels. */
  labelInput: Uint8Array | null;
  imageInfo: ImageInfo;
  exif: Exif | null;
  /** When the shot was taken, in the camera's local time; null where EXIF does not say. */
  capturedAt: string | null;
  /** What is odd about the file and cost no pixel, one message each. */
  warnings: readonly string[];
  /** Null where the recipe names a quality. */
  search: EncodingSearch | null;
  quality: Quality;
  timingsMs: Timings;
}

/** A WebP of the original, upright and in sRGB, without metadata. */
export interface Preview {
  bytes: Buffer;
  widthPx: number;
  heightPx: number;
}

/** A processed picture, and what it lost. */
export interface Draft {
  processed: EncodedImage;
  quality: Quality;
}

/** What the work on an image may use that is not part of Darkroom. */
export interface ImageTools {
  /** Without one, a HEIC is rejected. */
  decodeHeic?: HeicDecoder | undefined;
}

/** The work on pixels, as the pipeline sees it. */
export interface Imaging {
  /**
   * Checks, decodes, resizes, enhances and measures one image, and makes its light parts.
   *
   * @throws PermanentError when the input can't be processed, ever
   */
  process(bytes: Buffer, recipe: Recipe, limits: ImageLimits): Promise<ProcessedImage>;
  /**
   * Makes one part from the intermediate.
   *
   * @param chosen what the search of the processed picture found, where the recipe names a target and no quality
   * @throws PermanentError when the part can't be made, ever
   */
  render(
    intermediate: Buffer,
    part: PicturePart,
    recipe: Recipe,
    limits: Pick<ImageLimits, 'timeoutMs'>,
    chosen?: Encoding,
  ): Promise<EncodedImage>;
  /**
   * Makes a large preview of an original.
   *
   * @param recipe at the size of the original; its background lies under transparent areas
   * @throws PermanentError when the input can't be decoded, ever
   */
  show(bytes: Buffer, recipe: Recipe, limits: ImageLimits): Promise<Preview>;
  /**
   * What the model of a mode sees of an original: R, G, B of each pixel.
   *
   * @param recipe at the size of the original
   * @throws PermanentError when the input can't be decoded, ever
   */
  labelInput(bytes: Buffer, mode: LabelMode, recipe: Recipe, limits: ImageLimits): Promise<Uint8Array>;
  /**
   * Makes the processed picture of a recipe quickly, from a view: without SSIMULACRA2, thumbnail and other parts.
   *
   * @throws PermanentError when the picture can't be made, ever
   */
  draft(view: Buffer, recipe: Recipe, limits: ImageLimits): Promise<Draft>;
}
