import type { Recipe } from '../recipe.ts';
import { copyFrame, frameGroups, makeAnimation, playbackOf } from './animation.ts';
import { type FramePlan, finishFrame, makeFrame, type Picture, resizeFrame, storedContent } from './frame.ts';
import { centredRegion, type Size } from './geometry.ts';
import { animatedMaster, type Master, stillMaster } from './master.ts';
import { keptExif } from './output/kept-exif.ts';
import { type Pixels, release, transformPixels } from './pixels.ts';
import { planWork } from './plan-work.ts';
import { type DecodedPixels, type DecodeJob, decodeStored, openFrames } from './source/decode.ts';
import type { Steps } from './steps.ts';
import type { Comparison, Exif, ImageInfo, ImageLimits, Quality } from './types.ts';

/** What one decode of an image gives: the master of all its parts, and everything that was measured on the way. */
export interface PreparedImage {
  master: Master;
  /** The picture that is encoded; of an animation, its first frame. */
  picture: Picture;
  imageInfo: ImageInfo;
  exif: Exif | null;
  /** What is odd about the file and cost no pixel, one message each. */
  warnings: readonly string[];
  quality: Omit<Quality, 'encode'>;
}

/**
 * Checks, decodes, resizes, enhances and measures one image. It is decoded once.
 *
 * @throws PermanentError when the input can't be processed, ever; anything else is not the input's fault
 */
export async function prepare(
  bytes: Buffer,
  recipe: Recipe,
  limits: ImageLimits,
  steps: Steps,
): Promise<PreparedImage> {
  const { inspection, plan, isAnimated } = await steps.run('inspect', () => planWork(bytes, recipe, limits));
  const { info, exif } = inspection;
  const job = { bytes, inspection, background: recipe.resize.background, deadline: steps.deadline };
  const frame = { plan, orientation: info.orientation, recipe };
  const prepared = isAnimated
    ? await prepareAnimation(job, frame, steps)
    : await prepareStill(job, frame, steps);
  return { ...prepared, imageInfo: info, exif };
}

type Prepared = Pick<PreparedImage, 'master' | 'picture' | 'warnings' | 'quality'>;

async function prepareStill(job: DecodeJob, frame: FramePlan, steps: Steps): Promise<Prepared> {
  const { content, detail, warnings } = await decodeContent(job, frame, steps);
  const { picture, enhance } = await finishFrame(content, frame, steps);
  const { exif, notes } = keptMetadata(job, frame.recipe);
  const master = stillMaster(picture.canvas, exif);
  return { master, picture, warnings: [...warnings, ...notes], quality: { detail, enhance } };
}

/** The EXIF that the recipe keeps, and a note where the format of the outputs cannot hold it. */
function keptMetadata(
  { inspection }: DecodeJob,
  { metadata, output }: Recipe,
): { exif: Buffer | undefined; notes: string[] } {
  const { exifBlock: block, densityDpi } = inspection;
  const exif = keptExif({ block, densityDpi }, metadata.keep);
  if (exif === undefined || output.format !== 'gif') return { exif, notes: [] };
  return { exif: undefined, notes: [NO_EXIF_IN_GIF] };
}

const NO_EXIF_IN_GIF =
  'GIF holds no EXIF, so the outputs do not carry what metadata.keep asks for. Use WebP output to keep it.';

/** The upright content at its new size. */
async function decodeContent(
  job: DecodeJob,
  frame: FramePlan,
  steps: Steps,
): Promise<{ content: Pixels; detail: Comparison | null; warnings: readonly string[] }> {
  const { plan, recipe } = frame;
  const region = plan.crop ? centredRegion(job.inspection.stored, storedContent(frame)) : undefined;
  const original = await steps.run('decode', () => decodeStored(job, region));
  const { warnings } = original;
  return { ...(await resizeFrame(original, frame, steps, recipe.measure.detail)), warnings };
}

/** The comparisons of an animation are those of its first frame. */
async function prepareAnimation(job: DecodeJob, frame: FramePlan, steps: Steps): Promise<Prepared> {
  const { plan, recipe } = frame;
  const playback = await playbackOf(job.bytes);
  const frames = decodeFrames(job, steps);
  const original = async () => {
    const { value: whole } = await frames.next();
    if (whole === undefined) throw new RangeError('expected as many frames as the header states');
    return { whole, pixels: plan.crop ? await cropPixels(whole, storedContent(frame)) : whole };
  };
  const { whole, pixels } = await original();
  const { content, detail } = await resizeFrame(pixels, frame, steps, recipe.measure.detail);
  const { picture, enhance } = await finishFrame(content, frame, steps);
  const animation = await makeAnimation(playback, async (index) =>
    index === 0 ? picture.canvas : makeFrame((await original()).pixels, frame, steps),
  );
  const { exif, notes } = keptMetadata(job, recipe);
  const warnings = [...whole.warnings, ...notes];
  return { master: animatedMaster(animation, exif), picture, warnings, quality: { detail, enhance } };
}

/**
 * The frames of an animation in order, each with memory of its own. Decoders hand out whole groups, and begin each of
 * them with the first frame of the file: small groups cost time, and large ones memory.
 */
async function* decodeFrames(job: DecodeJob, steps: Steps): AsyncGenerator<DecodedPixels, undefined> {
  const { info, stored } = job.inspection;
  const read = await steps.run('decode', () => openFrames(job));
  for (const group of frameGroups(stored, info.pages)) {
    const { warnings, ...roll } = await steps.run('decode', () => read(group));
    for (let index = 0; index < group.count; index += 1) {
      yield { ...copyFrame(roll, group.count, index), warnings };
    }
    await release(roll);
  }
  return undefined;
}

/** The largest centred region with the shape of `shape`. The pixels are released. */
async function cropPixels(pixels: Pixels, shape: Size): Promise<Pixels> {
  const { leftPx: left, topPx: top, widthPx: width, heightPx: height } = centredRegion(pixels, shape);
  const cropped = await transformPixels(pixels, (pipeline) => pipeline.extract({ left, top, width, height }));
  await release(pixels);
  return cropped;
}
