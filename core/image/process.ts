import type { Variant } from '../names.ts';
import type { Recipe } from '../recipe.ts';
import { startDeadline } from './deadline.ts';
import type { Picture } from './frame.ts';
import { type Master, openMaster } from './master.ts';
import { measureEncode } from './measure/quality.ts';
import { fixedEncoding } from './output/encode.ts';
import { searchEncoding } from './output/search-encoding.ts';
import { isHeavy, isProcessedPicture, type PicturePart, PROCESSED_PART, picturesOf } from './parts.ts';
import { prepare } from './prepare.ts';
import { type RenderOptions, render } from './render.ts';
import { type Steps, startSteps } from './steps.ts';
import type {
  EncodedImage,
  Encoding,
  EncodingSearch,
  ImageLimits,
  ImageTools,
  ProcessedImage,
} from './types.ts';

/**
 * Makes everything that comes from one decode of one image: the processed picture, the other light parts, the
 * intermediate for the heavy ones, and the three comparisons.
 *
 * @throws PermanentError when the input can't be processed, ever; anything else is not the input's fault
 */
export async function processImage(
  bytes: Buffer,
  recipe: Recipe,
  limits: ImageLimits,
  tools: ImageTools = {},
): Promise<ProcessedImage> {
  const steps = startSteps(startDeadline(limits.timeoutMs));
  const prepared = await prepare({ bytes, tools }, recipe, limits, steps);
  const { master, picture, thumbnail, labelInput, imageInfo, exif, capturedAt, warnings, quality } = prepared;
  const { search, encoding } = await chooseEncoding(picture, recipe.output, steps);
  const options = { encoding, background: recipe.resize.background, deadline: steps.deadline };
  // One after the other: for a large picture, each of these holds more memory than the picture itself.
  const processed = await steps.run('encode', () => render(master, PROCESSED_PART, options));
  const encode = await steps.run('measureEncode', () =>
    measureEncode(picture.content, processed.bytes, picture.region, scoring(recipe)),
  );
  const parts = await lightParts(master, recipe, options, processed);
  const intermediate = await intermediateFor(recipe, master, steps);
  return {
    processed,
    parts,
    intermediate,
    thumbnail,
    labelInput,
    imageInfo,
    exif,
    capturedAt,
    warnings,
    search,
    quality: { encode, ...quality },
    timingsMs: steps.timingsMs(),
  };
}

/**
 * Makes one part from the intermediate of an image.
 *
 * @param chosen what the search of the processed picture found, where the recipe names a target and no quality
 * @throws PermanentError `IMAGE_TOO_LARGE` when the format can't hold the part, or `PROCESSING_LIMIT`
 */
export async function renderPart(
  intermediate: Buffer,
  part: PicturePart,
  recipe: Recipe,
  { timeoutMs }: Pick<ImageLimits, 'timeoutMs'>,
  chosen?: Encoding,
): Promise<EncodedImage> {
  const encoding = chosen ?? encodingOf(recipe);
  const master = openMaster(intermediate);
  const deadline = startDeadline(timeoutMs);
  return render(master, part, { encoding, background: recipe.resize.background, deadline });
}

/** As the recipe says, or as a search finds it. */
export async function chooseEncoding(
  picture: Picture,
  output: Recipe['output'],
  steps: Steps,
): Promise<{ search: EncodingSearch | null; encoding: Encoding }> {
  if ('quality' in output) return { search: null, encoding: fixedEncoding(output) };
  const search = await steps.run('searchEncoding', () => searchEncoding(picture, output, steps.deadline));
  return { search, encoding: search.chosen };
}

function scoring({ output }: Recipe): 'always' | 'small' {
  return 'targetQuality' in output ? 'always' : 'small';
}

function encodingOf({ output }: Recipe): Encoding {
  if ('quality' in output) return fixedEncoding(output);
  throw new TypeError('expected what the search found, for a recipe that names a target');
}

/** The light parts by variant, the processed picture among them. */
async function lightParts(
  master: Master,
  recipe: Recipe,
  options: RenderOptions,
  processed: EncodedImage,
): Promise<Record<Variant, EncodedImage>> {
  const parts: Record<Variant, EncodedImage> = {};
  for (const part of picturesOf(recipe)) {
    if (isHeavy(part)) continue;
    parts[part.variant] = isProcessedPicture(part) ? processed : await render(master, part, options);
  }
  return parts;
}

async function intermediateFor(recipe: Recipe, master: Master, steps: Steps): Promise<Buffer | null> {
  if (!picturesOf(recipe).some(isHeavy)) return null;
  return steps.run('encodeIntermediate', () => master.toFile());
}
