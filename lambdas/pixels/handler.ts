import { ConflictError } from '../../core/errors.ts';
import { imagingWith } from '../../core/image/imaging.ts';
import { makeView } from '../../core/images/make-view.ts';
import { findHeicDecoder } from '../../heic/find-decoder.ts';
import type { ViewAnswer, ViewRequest } from '../adapters/pixels-function.ts';
import { traced } from '../runtime/observability.ts';
import { functionPorts } from '../runtime/ports.ts';
import { readSettings } from '../runtime/settings.ts';

const ports = { ...functionPorts(readSettings()), imaging: imagingWith({ decodeHeic: findHeicDecoder() }) };

/** Work on pixels that a request of the API waits for: makes the large preview of an image, unless it has one. */
export async function handler({ imageId }: ViewRequest): Promise<ViewAnswer> {
  const record = await ports.catalog.get(imageId);
  if (record === undefined) return { conflict: `There is no image ${imageId} any more.` };
  try {
    return { record: await traced('view', imageId, () => makeView(ports, record)) };
  } catch (error) {
    if (error instanceof ConflictError) return { conflict: error.message };
    throw error;
  }
}
