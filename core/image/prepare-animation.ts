import type { Recipe } from '../recipe.ts';
import { copyFrame, frameGroups, makeAnimation, playbackOf } from './animation.ts';
import { editFrames, editPixels, needsAllFrames } from './edit/edit.ts';
import {
  cropFrame,
  type FramePlan,
  finishFrame,
  type PreparedPixels,
  padContent,
  resizeFrame,
} from './frame.ts';
import { inputOfRecipe } from './label-input.ts';
import { animatedMaster } from './master.ts';
import { keptMetadata } from './output/kept-metadata.ts';
import { encodeThumbnail, thumbnailPixels } from './output/thumbnail.ts';
import { type Pixels, release } from './pixels.ts';
import { type DecodedPixels, type DecodeJob, openFrames } from './source/decode.ts';
import type { Steps } from './steps.ts';

/** Prepares all frames of an animation. The comparisons are those of its first frame. */
export async function prepareAnimation(
  job: DecodeJob,
  frame: FramePlan,
  steps: Steps,
): Promise<PreparedPixels> {
  const { recipe } = frame;
  const playback = await playbackOf(job.bytes);
  const originals = decodeFrames(job, steps);
  const { warnings, ...whole } = await next(originals);
  const small = await steps.run('resize', () => thumbnailPixels(whole, frame.orientation));
  const thumbnail = await encodeThumbnail(small);
  const labelInput = await inputOfRecipe(whole, frame, steps);
  const original = await cropFrame(whole, frame);
  const { content, detail } = await resizeFrame(original, frame, steps, recipe.measure.detail);
  const edited = editedFrames(contentsOf(content, originals, frame, steps), recipe, steps);
  const { picture, enhance } = await finishFrame(content, await next(edited), frame, steps);
  const animation = await makeAnimation(playback, async (index) =>
    index === 0 ? picture.canvas : padContent(await next(edited), frame),
  );
  const { exif, notes } = keptMetadata(job.inspection, recipe);
  return {
    master: animatedMaster(animation, exif),
    picture,
    thumbnail,
    labelInput,
    warnings: [...warnings, ...notes],
    quality: { detail, enhance },
  };
}

/** The first content, then those of the other frames. */
async function* contentsOf(
  first: Pixels,
  originals: AsyncGenerator<Pixels>,
  frame: FramePlan,
  steps: Steps,
): AsyncGenerator<Pixels> {
  yield first;
  for await (const whole of originals) {
    yield (await resizeFrame(await cropFrame(whole, frame), frame, steps, false)).content;
  }
}

/** Edits each frame as it comes, or all together where an edit needs the statistics of the whole animation. */
async function* editedFrames(
  contents: AsyncGenerator<Pixels>,
  recipe: Recipe,
  steps: Steps,
): AsyncGenerator<Pixels> {
  if (needsAllFrames(recipe)) {
    const all: Pixels[] = [];
    for await (const content of contents) all.push(content);
    yield* await steps.run('enhance', () => editFrames(all, recipe));
    return;
  }
  for await (const content of contents) yield await steps.run('enhance', () => editPixels(content, recipe));
}

async function next<Frame>(frames: AsyncGenerator<Frame>): Promise<Frame> {
  const { value, done } = await frames.next();
  if (done) throw new RangeError('expected as many frames as the header states');
  return value;
}

/**
 * The frames of an animation in order, each with memory of its own. Decoders hand out whole groups, and begin each of them with the first frame of the file: small groups cost time, and large ones memory.
 */
async function* decodeFrames(job: DecodeJob, steps: Steps): AsyncGenerator<DecodedPixels> {
  const { info, stored } = job.inspection;
  const read = await steps.run('decode', () => openFrames(job));
  for (const group of frameGroups(stored, info.pages)) {
    const { warnings, ...roll } = await steps.run('decode', () => read(group));
    for (let index = 0; index < group.count; index += 1) {
      yield { ...copyFrame(roll, group.count, index), warnings };
    }
    await release(roll);
  }
}
