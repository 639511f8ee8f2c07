import sharp from 'sharp';
import { planResize, type Size } from '../../../core/image/geometry.ts';
import { PROCESSED } from '../../../core/names.ts';
import { type Output, outputsOf } from '../../../core/pipeline/outputs.ts';
import type { ImageRecord, RecordedQuality } from '../../../core/pipeline/record.ts';
import { expect } from './failure.ts';

/** The results of every useful recipe are above these figures. A wrong picture or a wrong measure is below. */
const FLOORS = {
  encode: { ssim: 0.5, psnrDb: 20 },
  detail: { ssim: 0.1, psnrDb: 10 },
  enhance: { ssim: 0.1, psnrDb: 5 },
} as const;

/** Reads an output by its key. */
type Reader = (key: string) => Promise<Buffer>;

/**
 * Expects every output to exist, to decode, and to have the size that the recipe asks for.
 *
 * @returns the number of outputs
 * @throws CheckFailure
 */
export async function checkOutputs(photo: Buffer, record: ImageRecord, read: Reader): Promise<number> {
  const { key } = record.source;
  const { expected = [], recipe } = record;
  const outputs = outputsOf(record);
  expect(
    recipe !== undefined && outputs.length > 0 && outputs.length === expected.length,
    `${key}: expected ${expected.length} outputs, the record has ${outputs.length}.`,
  );
  const { autoOrient: upright } = await sharp(photo).metadata();
  const source = { widthPx: upright.width, heightPx: upright.height };
  const { canvas } = planResize(source, recipe.recipe.resize);
  for (const output of outputs)
    await checkOutput(output, sizeAfter(output, canvas) ?? output, await read(output.key));
  return outputs.length;
}

/** The size of the picture after the rotation of the variant; undefined if the rotation enlarges the canvas. */
function sizeAfter({ variant }: Output, { widthPx, heightPx }: Size): Size | undefined {
  if (variant === PROCESSED || Number(variant) % 180 === 0) return { widthPx, heightPx };
  return Number(variant) % 90 === 0 ? { widthPx: heightPx, heightPx: widthPx } : undefined;
}

async function checkOutput(output: Output, expected: Size, bytes: Buffer): Promise<void> {
  const { key } = output;
  expect(bytes.length === output.bytes, `${key}: expected ${output.bytes} bytes, it has ${bytes.length}.`);
  const picture = await sharp(bytes)
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch(() => undefined);
  expect(picture !== undefined, `${key} does not decode.`);
  const { width: widthPx, height: heightPx } = picture.info;
  for (const wanted of [expected, output]) {
    expect(
      sizeOf({ widthPx, heightPx }) === sizeOf(wanted),
      `${key}: expected ${sizeOf(wanted)}, it is ${sizeOf({ widthPx, heightPx })}.`,
    );
  }
  const { format, compression } = await sharp(bytes).metadata();
  // sharp names AVIF after its container.
  const name = format === 'heif' && compression === 'av1' ? 'avif' : format;
  expect(name === output.format, `${key}: expected ${output.format}, it is ${name}.`);
}

function sizeOf({ widthPx, heightPx }: Size): string {
  return `${widthPx} × ${heightPx} px`;
}

/** @throws CheckFailure unless the figures are plausible for a picture */
export function checkQuality({ source, quality }: ImageRecord): RecordedQuality {
  expect(quality !== undefined, `${source.key}: there is no quality in its record.`);
  for (const name of ['encode', 'detail', 'enhance'] as const) {
    const figures = quality[name];
    // A recipe may switch the measure of the detail off.
    if (figures === null && name === 'detail') continue;
    const { ssim = null, psnrDb = null, identical = false } = figures ?? {};
    const floor = FLOORS[name];
    expect(
      ssim !== null && ssim >= floor.ssim && ssim <= 1,
      `${source.key}: expected ${name}.ssim from ${floor.ssim} to 1, it is ${ssim}.`,
    );
    expect(
      psnrDb === null ? identical : psnrDb >= floor.psnrDb,
      `${source.key}: expected ${name}.psnrDb of ${floor.psnrDb} or more, it is ${psnrDb}.`,
    );
  }
  return quality;
}
