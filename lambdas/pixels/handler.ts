import { ConflictError, UnprocessableImageError } from '../../core/errors.ts';
import { imagingWith } from '../../core/image/imaging.ts';
import { pixelsOf } from '../../core/images/try-recipe.ts';
import { findHeicDecoder } from '../../heic/find-decoder.ts';
import type { PixelsAnswer, PixelsRequest } from '../adapters/pixels-function.ts';
import { traced } from '../runtime/observability.ts';
import { functionPorts } from '../runtime/ports.ts';
import { readSettings } from '../runtime/settings.ts';

const ports = { ...functionPorts(readSettings()), imaging: imagingWith({ decodeHeic: findHeicDecoder() }) };
const pixels = pixelsOf(ports);

/** Work on pixels that a request of the API waits for: the large preview of an image, or the trial of a recipe. */
export async function handler(request: PixelsRequest): Promise<PixelsAnswer> {
  try {
    return await answer(request);
  } catch (error) {
    if (error instanceof ConflictError) return { conflict: error.message };
    if (!(error instanceof UnprocessableImageError)) throw error;
    return { unprocessable: { code: error.code, message: error.message } };
  }
}

/** @throws ConflictError, UnprocessableImageError */
async function answer({ imageId, trial }: PixelsRequest): Promise<PixelsAnswer> {
  const record = await ports.catalog.get(imageId);
  if (record === undefined) throw new ConflictError(`There is no image ${imageId} any more.`);
  if (trial === undefined) {
    return { record: await traced('view', imageId, () => pixels.makeView(record)) };
  }
  const made = await traced('trial', imageId, () => pixels.tryRecipe(record, trial));
  const { bytes, ...picture } = made;
  return { picture: { ...picture, base64: Buffer.from(bytes).toString('base64') } };
}
