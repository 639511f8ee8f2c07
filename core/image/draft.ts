import type { Recipe } from '../recipe.ts';
import { startDeadline } from './deadline.ts';
import { editPixels } from './edit/edit.ts';
import { cropFrame, padContent, resizeFrame } from './frame.ts';
import { contentRegion } from './geometry.ts';
import { stillMaster } from './master.ts';
import { measure, measureEncode } from './measure/quality.ts';
import { PROCESSED_PART } from './parts.ts';
import { planWork } from './plan-work.ts';
import { chooseEncoding } from './process.ts';
import { render } from './render.ts';
import { decodeStored } from './source/decode.ts';
import { startSteps } from './steps.ts';
import type { Draft, ImageLimits } from './types.ts';

/**
 * Makes the processed picture of a recipe from a view. Of what a run does, it leaves out whatever a person who moves a
 * slider does not wait for: SSIMULACRA2 takes half of the time.
 *
 * @throws PermanentError when the picture can't be made, ever
 */
export async function draftImage(view: Buffer, recipe: Recipe, limits: ImageLimits): Promise<Draft> {
  const steps = startSteps(startDeadline(limits.timeoutMs));
  const { deadline } = steps;
  const { inspection, plan } = await planWork(view, recipe, limits);
  const { background } = recipe.resize;
  const original = await decodeStored({ bytes: view, tools: {}, inspection, background, deadline });
  const frame = { plan, orientation: inspection.info.orientation, recipe };
  const { content } = await resizeFrame(await cropFrame(original, frame), frame, steps, false);
  const edited = await editPixels(content, recipe);
  const picture = { canvas: padContent(edited, frame), content: edited, region: contentRegion(plan) };
  const { encoding } = await chooseEncoding(picture, recipe.output, steps);
  const master = stillMaster(picture.canvas, undefined);
  // libvips encodes on threads of its own, beside the comparison.
  const [processed, enhance] = await Promise.all([
    render(master, PROCESSED_PART, { encoding, background, deadline }),
    measure(content, edited),
  ]);
  const encode = await measureEncode(picture.content, processed.bytes, picture.region, 'never');
  return { processed, quality: { encode, detail: null, enhance } };
}
