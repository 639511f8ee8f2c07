import type { Recipe } from '../recipe.ts';
import { frameGroups } from './animation.ts';
import { needsAllFrames } from './edit/edit.ts';
import { type Plan, rotatedSize, type Size } from './geometry.ts';
import { encodingBytes, processedBytes } from './output/encoder-memory.ts';
import { isHeavy, type PicturePart, picturesOf } from './parts.ts';
import { decoderBytes } from './source/decoder-memory.ts';
import type { StoredSamples } from './source/stored-samples.ts';
import type { ImageInfo } from './types.ts';

/** What the header says that decides how much memory an image takes. */
export interface MemoryFacts {
  info: Pick<ImageInfo, 'format' | 'bytes' | 'pages'>;
  /** Width and height as stored. */
  stored: Size;
  samples: StoredSamples;
}

/** What is made of an image. */
export interface PlannedImage {
  plan: Plan;
  recipe: Recipe;
  /** Whether all frames of an animation are kept. */
  isAnimated: boolean;
}

/** Bytes of a pixel in memory: R, G and B; and its opacity. */
const RGB = 3;
const RGBA = 4;

/** Buffers of threads, kernels and compiled code, whatever the size of the image: 16 to 30 MB measured, with room to spare. */
const FIXED_BYTES = 40_000_000;

/** What an allocator holds beside what is asked of it. */
const SLACK = 1.1;

/**
 * The memory that the work on one image takes at its peak, in bytes, beside what an idle process has. It is an upper
 * bound, calculated from the header: docs/performance.md compares it with measured peaks.
 */
export function estimateMemory(facts: MemoryFacts, image: PlannedImage): number {
  const file = facts.info.bytes;
  const phases = image.isAnimated ? animationPhases(facts, image) : stillPhases(facts, image);
  const [highest, parts] = [Math.max(...phases), partPeak(facts, image)];
  return Math.ceil(FIXED_BYTES + SLACK * Math.max(file + highest, parts));
}

/** Decoding, resizing, editing and encoding come one after the other, and each frees what the next does not need. */
function stillPhases(facts: MemoryFacts, image: PlannedImage): number[] {
  const { plan } = image;
  const source = pixelsOf(facts.stored);
  const content = pixelsOf(plan.content);
  const channels = facts.samples.hasAlpha ? RGBA : RGB;
  const decoding = decoderBytes(facts);
  // A picture that keeps its size is not copied. One that is shrunk on one side and enlarged on the other is copied twice.
  const resizing = channels * (source + 2 * Math.max(content, Math.min(source, content)));
  // Its thumbnail is of a picture as a whole, so that one that is cropped is copied first.
  const cropping = plan.crop ? 2 * channels * source : 0;
  // The square that a model sees is copied where it has to be laid on white.
  const labelling = image.recipe.labels && channels === RGBA ? (RGBA + RGB) * source : 0;
  return [decoding, cropping, labelling, resizing, ...outputPhases(image, 1, channels)];
}

/** One group of frames is decoded at a time, beside the frames that are made. */
function animationPhases(facts: MemoryFacts, image: PlannedImage): number[] {
  const { info, stored } = facts;
  const groupFrames = Math.max(...frameGroups(stored, info.pages).map(({ count }) => count));
  const group = { ...stored, heightPx: stored.heightPx * groupFrames };
  const decoding = decoderBytes({ ...facts, stored: group });
  const channels = facts.samples.hasAlpha ? RGBA : RGB;
  const made = (needsAllFrames(image.recipe) ? channels : RGB) * pixelsOf(image.plan.canvas) * info.pages;
  const frame = channels * (2 * pixelsOf(stored) + 4 * pixelsOf(image.plan.content));
  return [decoding + frame + made, ...outputPhases(image, info.pages, channels)];
}

/** Editing, encoding, reading back, and the lossless file of the intermediate. */
function outputPhases({ plan, recipe }: PlannedImage, frames: number, channels: number): number[] {
  const content = pixelsOf(plan.content);
  const canvas = pixelsOf(plan.canvas);
  const roll = canvas * frames;
  // The content, the canvas where it is larger, and the roll of all frames stay until the last output is made.
  const held = RGB * (content + (canvas > content ? canvas : 0) + (frames > 1 ? roll : 0));
  const editing = 3 * channels * content + RGB * canvas + (channels - RGB) * content;
  const { encode, readBack, fixed } = processedBytes(recipe.output, roll);
  const encoding = fixed + held + encode * canvas + (frames > 1 ? RGB * roll : 0);
  const readingBack = fixed + held + RGB * roll + readBack * canvas;
  const hasIntermediate = picturesOf(recipe).some(isHeavy);
  return [editing, encoding, readingBack, hasIntermediate ? held + 2 * RGB * roll : 0];
}

/** A worker of parts holds the intermediate, its pixels and the part while it is encoded. */
function partPeak(facts: MemoryFacts, { plan, recipe, isAnimated }: PlannedImage): number {
  const frames = isAnimated ? facts.info.pages : 1;
  const peaks = picturesOf(recipe)
    .filter(isHeavy)
    .map((part) => partBytes(plan.canvas, frames, part, recipe));
  return Math.max(0, ...peaks);
}

/**
 * The memory that one part takes at its peak, in bytes, beside what an idle process has.
 *
 * @param canvas of one frame of the intermediate
 */
export function estimatePartMemory(canvas: Size, frames: number, part: PicturePart, recipe: Recipe): number {
  return Math.ceil(FIXED_BYTES + SLACK * partBytes(canvas, frames, part, recipe));
}

function partBytes(canvas: Size, frames: number, part: PicturePart, { output }: Recipe): number {
  const size = part.kind === 'rotation' ? rotatedSize(canvas, part.degrees) : canvas;
  const [before, after] = [pixelsOf(canvas), pixelsOf(size)];
  // The intermediate compresses noise hardly, so that the file counts as much as its pixels.
  return RGB * frames * (2 * before + after) + encodingBytes(output, frames * after).encode * after;
}

function pixelsOf({ widthPx, heightPx }: Size): number {
  return widthPx * heightPx;
}
