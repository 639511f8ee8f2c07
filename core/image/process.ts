import type { Recipe } from '../recipe.ts';
import { type Deadline, startDeadline } from './deadline.ts';
import { editPixels } from './edit/edit.ts';
import { orientPixels, resizePixels } from './edit/resize.ts';
import { centredRegion, oriented, type Plan, placeContent, planResize, type Region } from './geometry.ts';
import { encodeIntermediate, needsIntermediate, openIntermediate } from './intermediate.ts';
import { measure, measureDetail, measureEncode } from './measure/quality.ts';
import { checkEncodable, encoded, encodePixels, fixedEncoding } from './output/encode.ts';
import { keptExif } from './output/kept-exif.ts';
import { checkTargetEncodable, searchEncoding } from './output/search-encoding.ts';
import { type Pixels, padPixels, release } from './pixels.ts';
import { isKeptAnimation, processAnimation } from './process-animation.ts';
import { type DecodeJob, decodeScaled, decodeStored } from './source/decode.ts';
import { inspect } from './source/inspect.ts';
import { type Steps, startSteps } from './steps.ts';
import type { Comparison, Encoding, EncodingSearch, ImageLimits, ProcessedImage } from './types.ts';

/**
 * The whole work on one image: inspect, decode, resize, enhance, filter, pad, encode, and the three comparisons.
 *
 * @throws PermanentError when the input can't be processed, ever; anything else is not the input's fault
 */
export async function processImage(
  bytes: Buffer,
  recipe: Recipe,
  limits: ImageLimits,
): Promise<ProcessedImage> {
  const deadline = startDeadline(limits.timeoutMs);
  const steps = startSteps(deadline);
  const { background } = recipe.resize;

  const inspection = await steps.run('inspect', () => inspect(bytes, limits));
  const plan = planResize(inspection.info, recipe.resize);
  const { output } = recipe;
  if ('quality' in output) checkEncodable(plan.canvas, output.format);
  else checkTargetEncodable(plan.canvas, output);

  const job: DecodeJob = { bytes, inspection, background, deadline };
  if (isKeptAnimation(inspection.info, recipe)) return processAnimation(job, plan, recipe, steps);
  const { edited, detail, enhance } = await editedContent(job, plan, recipe, steps);
  const place = placeContent(plan);
  const exif = keptExif(inspection.exifBlock, recipe.metadata.keep);
  const canvas = padPixels(edited, plan.canvas, place, background);
  const picture = { canvas, content: edited, place };
  const { search, encoding } = await chooseEncoding(picture, output, steps, deadline);
  const hasRotations = needsIntermediate(recipe.rotations);
  // One after the other: of a large picture, each of these holds more than the picture itself.
  const withExif = exif && (await steps.run('encodeIntermediate', () => encodeIntermediate(canvas, exif)));
  const processed = await steps.run('encode', () =>
    withExif ? encoded(openIntermediate(withExif, true), encoding, canvas) : encodePixels(canvas, encoding),
  );
  const encode = await steps.run('measureEncode', () => measureEncode(edited, processed.bytes, place));
  const intermediate = hasRotations
    ? (withExif ?? (await steps.run('encodeIntermediate', () => encodeIntermediate(canvas, undefined))))
    : null;
  return {
    processed,
    intermediate,
    imageInfo: inspection.info,
    exif: inspection.exif,
    search,
    quality: { encode, detail, enhance },
    timingsMs: steps.timingsMs(),
  };
}

/** The content as it will be encoded, and what was measured on the way; what came before it is let go of. */
async function editedContent(
  job: DecodeJob,
  plan: Plan,
  recipe: Recipe,
  steps: Steps,
): Promise<{ edited: Pixels; detail: Comparison | null; enhance: Comparison }> {
  const { content, detail } = await resizedContent(job, plan, recipe, steps);
  const edited = await steps.run('enhance', () => editPixels(content, recipe));
  const enhance = await steps.run('measureEnhance', () => measure(content, edited));
  if (edited !== content) await release(content);
  return { edited, detail, enhance };
}

/** The upright picture at its new size. The original is let go of as soon as it has been compared. */
async function resizedContent(
  job: DecodeJob,
  plan: Plan,
  recipe: Recipe,
  steps: Steps,
): Promise<{ content: Pixels; detail: Comparison | null }> {
  if (!recipe.measure.detail) {
    return { content: await steps.run('decode', () => decodeScaled(job, plan)), detail: null };
  }
  // Neither SSIM nor PSNR changes when both pictures are turned, so only the small one ever is.
  const { orientation } = job.inspection.info;
  const { stored } = job.inspection;
  const storedContent = oriented(plan.content, orientation);
  const region = plan.crop ? centredRegion(stored, storedContent) : undefined;
  const original = await steps.run('decode', () => decodeStored(job, region));
  const resized = await steps.run('resize', () => resizePixels(original, storedContent));
  const detail = await steps.run('measureDetail', () => measureDetail(original, resized));
  if (resized !== original) await release(original);
  const content = await orientPixels(resized, orientation);
  if (content !== resized) await release(resized);
  return { content, detail };
}

/** As the recipe says, or as a search finds it. */
async function chooseEncoding(
  picture: { canvas: Pixels; content: Pixels; place: Region },
  output: Recipe['output'],
  steps: Steps,
  deadline: Deadline,
): Promise<{ search: EncodingSearch | null; encoding: Encoding }> {
  if ('quality' in output) return { search: null, encoding: fixedEncoding(output) };
  const search = await steps.run('searchEncoding', () => searchEncoding(picture, output, deadline));
  return { search, encoding: search.chosen };
}
