import { ConflictError, PermanentError } from '../errors.ts';
import type { Preview } from '../image/types.ts';
import { viewKey } from '../names.ts';
import { cleanUpAfterDeletion } from '../pipeline/delete-run.ts';
import { asStarted, originMetadata } from '../pipeline/outputs.ts';
import type { ImageRecord } from '../pipeline/record.ts';
import { addView } from '../pipeline/transitions.ts';
import type { WorkerPorts } from '../ports.ts';
import { originalSizeRecipe } from './original-size.ts';

/**
 * Makes the large preview of a run, if it has none. It is made on demand, since most images are never looked at so
 * closely, and it costs as much as the run itself.
 *
 * @returns the record with its `view`
 * @throws ConflictError where the source is gone or can't be shown
 */
export async function makeView(ports: WorkerPorts, record: ImageRecord): Promise<ImageRecord> {
  if (record.view !== undefined) return record;
  const { imageId, run, source } = record;
  const bytes = record.imageInfo && (await ports.objects.read(source));
  if (!bytes)
    throw new ConflictError(`The image can't be shown: it is ${record.state}, or its source is gone.`);
  const { bytes: body, ...size } = await show(ports, bytes, record);
  const ref = { bucket: ports.settings.processedBucket, key: viewKey(imageId, run) };
  await ports.objects.write(ref, body, 'image/webp', originMetadata(asStarted(record)));
  const recorded = await addView(ports, record, { ...size, bytes: body.length });
  return recorded ?? cleanUpAfterDeletion(ports, record);
}

async function show(ports: WorkerPorts, bytes: Buffer, record: ImageRecord): Promise<Preview> {
  const { imaging, admission, settings } = ports;
  const recipe = originalSizeRecipe(record.recipe?.recipe.resize.background);
  const work = () => imaging.show(bytes, recipe, settings.limits);
  try {
    return await (admission?.process({ bytes, recipe }, work) ?? work());
  } catch (error) {
    if (!(error instanceof PermanentError)) throw error;
    throw new ConflictError(`The image can't be shown: ${error.message}`, { cause: error });
  }
}
