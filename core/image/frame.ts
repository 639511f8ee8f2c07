import type { Recipe } from '../recipe.ts';
import { orientPixels, resizePixels } from './edit/resize.ts';
import {
  centredRegion,
  contentRegion,
  oriented,
  type Plan,
  type Region,
  type Size,
  sameSize,
} from './geometry.ts';
import type { Master } from './master.ts';
import { measure, measureDetail } from './measure/quality.ts';
import { cropPixels, type Pixels, padPixels, release } from './pixels.ts';
import type { Steps } from './steps.ts';
import type { Comparison, Quality, Thumbnail } from './types.ts';

/** What is made of every frame of an image; a still picture has one. */
export interface FramePlan {
  plan: Plan;
  /** EXIF orientation 1..8 of the image. */
  orientation: number;
  recipe: Recipe;
}

/** A canvas, and the content that lies on it in `region`. */
export interface Picture {
  canvas: Pixels;
  content: Pixels;
  region: Region;
}

/** What the pixels of an image give. */
export interface PreparedPixels {
  master: Master;
  /** The picture that is encoded; of an animation, its first frame. */
  picture: Picture;
  thumbnail: Thumbnail;
  labelInput: Uint8Array | null;
  /** What is odd about the file and cost no pixel, one message each. */
  warnings: readonly string[];
  quality: Omit<Quality, 'encode'>;
}

/** The size of the content before it is rotated upright. */
function storedContent({ plan, orientation }: FramePlan): Size {
  return oriented(plan.content, orientation);
}

/** Of a recipe that crops, the largest centred region with the shape of the content. The original is released then. */
export async function cropFrame(original: Pixels, frame: FramePlan): Promise<Pixels> {
  if (!frame.plan.crop) return original;
  const region = centredRegion(original, storedContent(frame));
  if (sameSize(region, original)) return original;
  const cropped = cropPixels(original, region);
  await release(original);
  return cropped;
}

/**
 * The upright content of a frame at its new size. Neither SSIM nor PSNR changes when both pictures are rotated, so the
 * original is compared as stored, and only the small picture is rotated. Each picture is released as soon as it is
 * not needed.
 */
export async function resizeFrame(
  original: Pixels,
  frame: FramePlan,
  steps: Steps,
  measuresDetail: boolean,
): Promise<{ content: Pixels; detail: Comparison | null }> {
  const resized = await steps.run('resize', () => resizePixels(original, storedContent(frame)));
  const detail = measuresDetail
    ? await steps.run('measureDetail', () => measureDetail(original, resized))
    : null;
  if (resized !== original) await release(original);
  const content = await orientPixels(resized, frame.orientation);
  if (content !== resized) await release(resized);
  return { content, detail };
}

/** Lays the edited content on its canvas, and measures what the edits changed. The content is released. */
export async function finishFrame(
  content: Pixels,
  edited: Pixels,
  frame: FramePlan,
  steps: Steps,
): Promise<{ picture: Picture; enhance: Comparison }> {
  const enhance = await steps.run('measureEnhance', () => measure(content, edited));
  if (edited !== content) await release(content);
  const region = contentRegion(frame.plan);
  return { picture: { canvas: padContent(edited, frame), content: edited, region }, enhance };
}

export function padContent(content: Pixels, { plan, recipe }: FramePlan): Pixels {
  return padPixels(content, plan.canvas, contentRegion(plan), recipe.resize.background);
}
