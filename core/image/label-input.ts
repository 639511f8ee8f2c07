import { LABEL_MODELS, type LabelMode, type LabelModel } from '../labels/models.ts';
import type { Recipe } from '../recipe.ts';
import { startDeadline } from './deadline.ts';
import { resampleCatmullRom, type SampleGrid } from './edit/catmull-rom.ts';
import type { FramePlan } from './frame.ts';
import type { Size } from './geometry.ts';
import type { Pixels } from './pixels.ts';
import { planWork } from './plan-work.ts';
import { decodeStored } from './source/decode.ts';
import type { Steps } from './steps.ts';
import type { ImageLimits, ImageTools } from './types.ts';

/** What the model of the recipe sees; null where the recipe asks for no labels. */
export async function inputOfRecipe(
  original: Pixels,
  { recipe, orientation }: FramePlan,
  steps: Steps,
): Promise<Uint8Array | null> {
  const mode = recipe.labels?.mode;
  if (mode === undefined) return null;
  const { background } = recipe.resize;
  return steps.run('resize', () => labelInput(original, { orientation, background }, mode));
}

/**
 * What the model of a mode sees of a file.
 *
 * @param recipe at the size of the original; of it, the background and the estimate of memory count
 * @throws PermanentError when the input can't be decoded, ever
 */
export async function readLabelInput(
  bytes: Buffer,
  mode: LabelMode,
  recipe: Recipe,
  limits: ImageLimits,
  tools: ImageTools = {},
): Promise<Uint8Array> {
  const deadline = startDeadline(limits.timeoutMs);
  const { background } = recipe.resize;
  const { inspection } = await planWork(bytes, recipe, limits, tools);
  const original = await decodeStored({ bytes, tools, inspection, background, deadline });
  deadline.check();
  return labelInput(original, { orientation: inspection.info.orientation, background }, mode);
}

const WHITE = 255;
const CHANNELS = 3;

/**
 * What the model of a mode sees of a picture: the centred square of its upright pixels on white, in sRGB.
 *
 * @param original as stored; its transparent pixels lie on `background`
 * @param orientation EXIF orientation 1..8
 * @param background `#rrggbb`
 * @returns R, G, B of each pixel, row-major: 3 × sidePx × sidePx bytes, upright
 */
export function labelInput(
  original: Pixels,
  { orientation, background }: { orientation: number; background: string },
  mode: LabelMode,
): Uint8Array {
  const model = LABEL_MODELS[mode];
  const size: Size = { widthPx: model.sidePx, heightPx: model.sidePx };
  const square = centredSquare(uprightGrid(original, orientation), model);
  return resampleCatmullRom(onWhite(square, original, background), size);
}

/** The pixels of a stored picture, in upright order. */
function uprightGrid({ data, widthPx, heightPx }: Pixels, orientation: number): SampleGrid {
  const [right, down] = [CHANNELS, CHANNELS * widthPx];
  const lastX = right * (widthPx - 1);
  const lastY = down * (heightPx - 1);
  const upright: Size = { widthPx, heightPx };
  const sideways: Size = { widthPx: heightPx, heightPx: widthPx };
  switch (orientation) {
    case 2:
      return { data, ...upright, start: lastX, stepX: -right, stepY: down };
    case 3:
      return { data, ...upright, start: lastX + lastY, stepX: -right, stepY: -down };
    case 4:
      return { data, ...upright, start: lastY, stepX: right, stepY: -down };
    case 5:
      return { data, ...sideways, start: 0, stepX: down, stepY: right };
    case 6:
      return { data, ...sideways, start: lastY, stepX: -down, stepY: right };
    case 7:
      return { data, ...sideways, start: lastX + lastY, stepX: -down, stepY: -right };
    case 8:
      return { data, ...sideways, start: lastX, stepX: down, stepY: -right };
    default:
      return { data, ...upright, start: 0, stepX: right, stepY: down };
  }
}

/** The square in the middle that the model sees; at least one pixel. */
function centredSquare(grid: SampleGrid, { sidePx, cropPaddingPx }: LabelModel): SampleGrid {
  const { widthPx, heightPx, start, stepX, stepY } = grid;
  const side = Math.max(1, Math.floor((sidePx * Math.min(widthPx, heightPx)) / (sidePx + cropPaddingPx)));
  const left = (widthPx - side + 1) >> 1;
  const top = (heightPx - side + 1) >> 1;
  return { ...grid, start: start + left * stepX + top * stepY, widthPx: side, heightPx: side };
}

/** The square on white: what a blend with the background lacks follows from the opacity. */
function onWhite(grid: SampleGrid, { alpha }: Pixels, background: string): SampleGrid {
  const lacks = Array.from(Buffer.from(background.slice(1), 'hex'), (level) => WHITE - level);
  if (alpha === undefined || lacks.every((lack) => lack === 0)) return grid;
  const { widthPx, heightPx } = grid;
  const data = new Uint8Array(CHANNELS * widthPx * heightPx);
  for (let y = 0, to = 0; y < heightPx; y += 1) {
    for (let x = 0; x < widthPx; x += 1, to += CHANNELS) {
      const from = grid.start + x * grid.stepX + y * grid.stepY;
      const clear = 1 - (alpha[from / CHANNELS] as number) / WHITE;
      for (let channel = 0; channel < CHANNELS; channel += 1) {
        const level = (grid.data[from + channel] as number) + clear * (lacks[channel] as number);
        data[to + channel] = Math.round(level);
      }
    }
  }
  return { data, widthPx, heightPx, start: 0, stepX: CHANNELS, stepY: CHANNELS * widthPx };
}
