import type { Recipe } from '../recipe.ts';
import { editPixels } from './edit/edit.ts';
import { cropFrame, type FramePlan, finishFrame, type PreparedPixels, resizeFrame } from './frame.ts';
import { inputOfRecipe } from './label-input.ts';
import { stillMaster } from './master.ts';
import { keptMetadata } from './output/kept-metadata.ts';
import { encodeThumbnail, thumbnailPixels } from './output/thumbnail.ts';
import { planWork } from './plan-work.ts';
import { prepareAnimation } from './prepare-animation.ts';
import { capturedAtOf } from './source/captured-at.ts';
import { type DecodeJob, decodeStored } from './source/decode.ts';
import type { Steps } from './steps.ts';
import type { Exif, ImageInfo, ImageLimits, ImageTools } from './types.ts';

/** What one decode of an image gives: the master of all its parts, and everything that was measured on the way. */
export interface PreparedImage extends PreparedPixels {
  imageInfo: ImageInfo;
  exif: Exif | null;
  capturedAt: string | null;
}

/**
 * Checks, decodes, resizes, enhances and measures one image. It is decoded once.
 *
 * @throws PermanentError when the input can't be processed, ever; anything else is not the input's fault
 */
export async function prepare(
  { bytes, tools }: { bytes: Buffer; tools: ImageTools },
  recipe: Recipe,
  limits: ImageLimits,
  steps: Steps,
): Promise<PreparedImage> {
  const { inspection, plan, isAnimated } = await steps.run('inspect', () =>
    planWork(bytes, recipe, limits, tools),
  );
  const { info, exif } = inspection;
  const { background } = recipe.resize;
  const job = { bytes, tools, inspection, background, deadline: steps.deadline };
  const frame = { plan, orientation: info.orientation, recipe };
  const prepared = isAnimated
    ? await prepareAnimation(job, frame, steps)
    : await prepareStill(job, frame, steps);
  const capturedAt = capturedAtOf(inspection.exifBlock) ?? null;
  return { ...prepared, imageInfo: info, exif, capturedAt };
}

async function prepareStill(job: DecodeJob, frame: FramePlan, steps: Steps): Promise<PreparedPixels> {
  const { warnings, ...original } = await steps.run('decode', () => decodeStored(job));
  const small = await steps.run('resize', () => thumbnailPixels(original, frame.orientation));
  // libvips encodes it on its own threads, beside the steps that follow.
  const thumbnail = encodeThumbnail(small);
  thumbnail.catch(() => {});
  const labelled = await inputOfRecipe(original, frame, steps);
  const { content, detail } = await resizeFrame(
    await cropFrame(original, frame),
    frame,
    steps,
    frame.recipe.measure.detail,
  );
  const edited = await steps.run('enhance', () => editPixels(content, frame.recipe));
  const { picture, enhance } = await finishFrame(content, edited, frame, steps);
  const { exif, notes } = keptMetadata(job.inspection, frame.recipe);
  const master = stillMaster(picture.canvas, exif);
  return {
    master,
    picture,
    thumbnail: await thumbnail,
    labelInput: labelled,
    warnings: [...warnings, ...notes],
    quality: { detail, enhance },
  };
}
