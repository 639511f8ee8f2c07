import type { FixedOutput, Recipe } from '../recipe.ts';
import {
  type Animation,
  encodeAnimatedIntermediate,
  encodeAnimation,
  frameOf,
  makeAnimation,
} from './animation.ts';
import { editPixels } from './edit/edit.ts';
import { orientPixels, resizePixels } from './edit/resize.ts';
import { centredRegion, oriented, type Plan, placeContent } from './geometry.ts';
import { needsIntermediate } from './intermediate.ts';
import { measure, measureDetail, measureEncode } from './measure/quality.ts';
import { fixedEncoding } from './output/encode.ts';
import { fromPixels, type Pixels, padPixels, toPixels } from './pixels.ts';
import { sharp } from './sharp-setup.ts';
import { type DecodeJob, decodeFrames } from './source/decode.ts';
import type { Steps } from './steps.ts';
import type { EncodedImage, Encoding, ImageInfo, ProcessedImage } from './types.ts';

/** Whether all frames are asked for, and there is more than one. Pages of a TIFF are no frames. */
export function isKeptAnimation({ format, pages }: ImageInfo, { animated }: Recipe): boolean {
  return animated === 'keep' && pages > 1 && (format === 'gif' || format === 'webp');
}

/**
 * The work on an animation: every frame goes the way of a still picture. The three comparisons are made of the first
 * frame, and no metadata is kept.
 *
 * @throws PermanentError when the input can't be processed, ever
 */
export async function processAnimation(
  job: DecodeJob,
  plan: Plan,
  recipe: Recipe,
  steps: Steps,
): Promise<ProcessedImage> {
  const { info, exif } = job.inspection;
  const place = placeContent(plan);
  const { background } = recipe.resize;
  const source = await steps.run('decode', () => openAnimation(job));

  const resize = (index: number) => resizeFrame(frameOf(source, index), job, plan);
  const first = await resize(0);
  const firstEdited = await editPixels(first.content, recipe);
  const detail = recipe.measure.detail
    ? await steps.run('measureDetail', () => measureDetail(first.original, first.resized))
    : null;
  const animation = await steps.run('frames', () =>
    makeAnimation(source, async (index) => {
      const edited = index === 0 ? firstEdited : await editPixels((await resize(index)).content, recipe);
      job.deadline.check();
      return padPixels(edited, plan.canvas, place, background);
    }),
  );
  const encoding = fixedEncoding(recipe.output as FixedOutput);
  const processed = await steps.run('encode', () => encodeAnimation(animation, encoding));
  const intermediate = needsIntermediate(recipe.rotations)
    ? await encodeAnimatedIntermediate(animation)
    : null;
  const quality = {
    encode: await steps.run('measureEncode', () => measureEncode(firstEdited, processed.bytes, place)),
    detail,
    enhance: await steps.run('measureEnhance', () => measure(first.content, firstEdited)),
  };
  return {
    processed,
    intermediate,
    imageInfo: info,
    exif,
    search: null,
    quality,
    timingsMs: steps.timingsMs(),
  };
}

/** Turns every frame of an animated intermediate clockwise. */
export async function rotateFrames(
  work: Buffer,
  degrees: number,
  background: string,
  encoding: Encoding,
): Promise<EncodedImage> {
  const source = { ...(await timingOf(work)), roll: await toPixels(sharp(work, ALL_FRAMES)) };
  const animation = await makeAnimation(source, (index) =>
    toPixels(fromPixels(frameOf(source, index)).rotate(degrees, { background })),
  );
  return encodeAnimation(animation, encoding);
}

/** Warnings are about frames outside the canvas. */
const ALL_FRAMES = { animated: true, limitInputPixels: false, failOn: 'error' } as const;

async function openAnimation(job: DecodeJob): Promise<Animation> {
  return { ...(await timingOf(job.bytes)), roll: await decodeFrames(job) };
}

/** The longest that sharp writes; WebP itself holds 4.6 hours. */
const MAX_DELAY_MS = 65_535;

async function timingOf(bytes: Buffer): Promise<Pick<Animation, 'frames' | 'delaysMs' | 'loop'>> {
  const { pages = 1, delay = [], loop = 0 } = await sharp(bytes, ALL_FRAMES).metadata();
  const delaysMs = delay.map((delayMs) => Math.min(Math.max(delayMs, 0), MAX_DELAY_MS));
  return { frames: pages, delaysMs, loop };
}

/** A frame at its new size: what was kept of it, that resized, and upright. */
async function resizeFrame(
  frame: Pixels,
  { inspection }: DecodeJob,
  plan: Plan,
): Promise<{ original: Pixels; resized: Pixels; content: Pixels }> {
  const { orientation } = inspection.info;
  const size = oriented(plan.content, orientation);
  const original = plan.crop ? await cropFrame(frame, size) : frame;
  const resized = await resizePixels(original, size);
  return { original, resized, content: await orientPixels(resized, orientation) };
}

async function cropFrame(frame: Pixels, shape: { widthPx: number; heightPx: number }): Promise<Pixels> {
  const { leftPx: left, topPx: top, widthPx: width, heightPx: height } = centredRegion(frame, shape);
  return toPixels(fromPixels(frame).extract({ left, top, width, height }));
}
