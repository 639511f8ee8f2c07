import { ConflictError, NotFoundError, PermanentError, UnprocessableImageError } from '../errors.ts';
import { draftRecipe } from '../image/draft-recipe.ts';
import type { Draft } from '../image/types.ts';
import { contentTypeOf, viewKey } from '../names.ts';
import type { ImageRecord } from '../pipeline/record.ts';
import type { Classifier, Pixels, Trial, TriedPicture, WorkerPorts } from '../ports.ts';
import type { Recipe } from '../recipe.ts';
import { classifyPictures } from './classify-pictures.ts';
import { makeView } from './make-view.ts';

/** Lambda answers with at most 6 MB, in which each three bytes take four characters. */
const MAX_BYTES = 4_500_000;

/** API Gateway waits for 30 s, and the function for 25 s of them. */
const TIMEOUT_MS = 20_000;

/** The work on pixels that requests wait for, done in this process. */
export function pixelsOf(ports: WorkerPorts & { classifier?: Classifier }): Pixels {
  const { classifier } = ports;
  return {
    makeView: (record) => makeView(ports, record),
    tryRecipe: (record, trial) => tryRecipe(ports, record, trial),
    async classify(pictures, mode) {
      if (classifier) return classifyPictures({ ...ports, classifier }, pictures, mode);
      throw new NotFoundError('This deployment classifies no images.');
    },
  };
}

/**
 * Makes the processed picture of a recipe, without metadata and other parts. A draft makes the view and keeps it, if the
 * image has none; nothing else is stored.
 *
 * @throws ConflictError, UnprocessableImageError as {@link Pixels} says
 */
async function tryRecipe(ports: WorkerPorts, record: ImageRecord, trial: Trial): Promise<TriedPicture> {
  const recipe: Recipe = { ...trial.recipe, rotations: [], metadata: { keep: 'none' } };
  const { processed, quality } = trial.isDraft
    ? await fromView(ports, await makeView(ports, record), recipe)
    : await fromOriginal(ports, record, recipe);
  const { bytes, format, widthPx, heightPx } = processed;
  if (bytes.length > MAX_BYTES) {
    throw new UnprocessableImageError(
      'PREVIEW_TOO_LARGE',
      `Expected a picture of at most ${MAX_BYTES} bytes, and it has ${bytes.length}. Ask for a draft or a smaller size.`,
    );
  }
  const contentType = contentTypeOf(format);
  return { bytes: new Uint8Array(bytes), contentType, widthPx, heightPx, quality, isDraft: trial.isDraft };
}

async function fromOriginal(ports: WorkerPorts, record: ImageRecord, recipe: Recipe): Promise<Draft> {
  const bytes = await ports.objects.read(record.source);
  if (!bytes) throw gone(record);
  return admitted(ports, bytes, recipe, () => ports.imaging.process(bytes, recipe, limitsOf(ports)));
}

async function fromView(ports: WorkerPorts, record: ImageRecord, recipe: Recipe): Promise<Draft> {
  const { imageId, run, view, imageInfo } = record;
  const key = viewKey(imageId, run);
  const bytes = await ports.objects.read({ bucket: ports.settings.processedBucket, key });
  if (!bytes || !view || !imageInfo) throw gone(record);
  const drafted = draftRecipe(recipe, imageInfo, view);
  return admitted(ports, bytes, drafted, () => ports.imaging.draft(bytes, drafted, limitsOf(ports)));
}

async function admitted<T>(
  { admission }: WorkerPorts,
  bytes: Buffer,
  recipe: Recipe,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await (admission?.process({ bytes, recipe }, work) ?? work());
  } catch (error) {
    if (!(error instanceof PermanentError)) throw error;
    throw new UnprocessableImageError(error.code, error.message, { cause: error });
  }
}

function limitsOf({ settings: { limits } }: WorkerPorts) {
  return { ...limits, timeoutMs: Math.min(limits.timeoutMs, TIMEOUT_MS) };
}

function gone({ state }: ImageRecord): ConflictError {
  return new ConflictError(`No recipe can be tried on the image: it is ${state}, or its source is gone.`);
}
