import sharp from 'sharp';
import type { Quality } from '../../core/image/types.ts';
import { PROCESSED } from '../../core/names.ts';
import { type Output, outputsOf } from '../../core/pipeline/outputs.ts';
import type { Resize } from '../../core/recipe.ts';
import type { ImageRecord } from '../../core/record.ts';
import type { Deployment } from './deployment.ts';
import { expect } from './failure.ts';

/** No recipe that anybody would want to look at goes below these; a wrong picture or a wrong measure does. */
const FLOORS = {
  encode: { ssim: 0.5, psnrDb: 20 },
  detail: { ssim: 0.1, psnrDb: 10 },
  enhance: { ssim: 0.1, psnrDb: 5 },
} as const;

/** Expects every output to be there, to decode, and to be as large as the record and the recipe say. */
export async function checkOutputs(deployment: Deployment, record: ImageRecord): Promise<number> {
  const outputs = outputsOf(record);
  const { expected = [], recipe } = record;
  expect(
    outputs.length > 0 && outputs.length === expected.length,
    `${record.source.key}: expected ${expected.length} outputs, the record has ${outputs.length}.`,
  );
  for (const output of outputs) await checkOutput(output, await deployment.read(output.key));
  const processed = outputs.find(({ variant }) => variant === PROCESSED);
  expect(
    processed !== undefined && recipe !== undefined,
    `${record.source.key}: there is no processed picture.`,
  );
  expect(
    fits(processed, recipe.recipe.resize),
    `${processed.key}: ${sizeOf(processed)} is not what the recipe ${recipe.name} asks for.`,
  );
  return outputs.length;
}

async function checkOutput(output: Output, bytes: Buffer): Promise<void> {
  const { key, format } = output;
  expect(bytes.length === output.bytes, `${key}: expected ${output.bytes} bytes, it has ${bytes.length}.`);
  const picture = await sharp(bytes)
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch(() => undefined);
  expect(picture !== undefined, `${key} does not decode.`);
  const size = { widthPx: picture.info.width, heightPx: picture.info.height };
  expect(sizeOf(size) === sizeOf(output), `${key}: expected ${sizeOf(output)}, it is ${sizeOf(size)}.`);
  const { format: found, compression } = await sharp(bytes).metadata();
  // sharp calls AVIF by its container.
  const name = found === 'heif' && compression === 'av1' ? 'avif' : found;
  expect(name === format, `${key}: expected ${format}, it is ${name}.`);
}

/** Whether the picture is as large as its box, or smaller where the recipe only limits it. */
function fits({ widthPx, heightPx }: Size, resize: Resize): boolean {
  if ('ratio' in resize) return widthPx > 0 && heightPx > 0;
  if (resize.fit === 'inside') return widthPx <= resize.widthPx && heightPx <= resize.heightPx;
  return widthPx === resize.widthPx && heightPx === resize.heightPx;
}

interface Size {
  widthPx: number;
  heightPx: number;
}

function sizeOf({ widthPx, heightPx }: Size): string {
  return `${widthPx} × ${heightPx} px`;
}

/** @throws CheckFailure unless the figures are such as a picture can have */
export function checkQuality({ source, quality }: ImageRecord): Quality {
  expect(quality !== undefined, `${source.key}: there is no quality in its record.`);
  for (const name of ['encode', 'detail', 'enhance'] as const) {
    const figures = quality[name];
    // A recipe may leave the detail unmeasured.
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
