import { PermanentError, type Reason } from '../errors.ts';
import type { Classification } from '../labels/classification.ts';
import type { LabelMode } from '../labels/models.ts';
import type { Classifier, PictureOutcome, PictureSource, WorkerPorts } from '../ports.ts';
import { originalSizeRecipe } from './original-size.ts';

/**
 * Says what pictures show, one after the other: each is decoded, and a function has the memory of one.
 *
 * @returns an outcome for each, in their order
 */
export async function classifyPictures(
  ports: WorkerPorts & { classifier: Classifier },
  pictures: readonly PictureSource[],
  mode: LabelMode,
): Promise<PictureOutcome[]> {
  const outcomes: PictureOutcome[] = [];
  for (const picture of pictures) outcomes.push(await outcomeOf(ports, picture, mode));
  return outcomes;
}

async function outcomeOf(
  ports: WorkerPorts & { classifier: Classifier },
  picture: PictureSource,
  mode: LabelMode,
): Promise<PictureOutcome> {
  const bytes = 'bytes' in picture ? Buffer.from(picture.bytes) : await ports.objects.read(picture.source);
  if (!bytes) return { problem: gone() };
  try {
    return await classifyOne(ports, bytes, mode);
  } catch (error) {
    if (error instanceof PermanentError) return { problem: { code: error.code, message: error.message } };
    throw error;
  }
}

async function classifyOne(
  { imaging, admission, settings, classifier }: WorkerPorts & { classifier: Classifier },
  bytes: Buffer,
  mode: LabelMode,
): Promise<Classification> {
  const recipe = originalSizeRecipe('#ffffff');
  const read = () => imaging.labelInput(bytes, mode, recipe, settings.limits);
  const input = await (admission?.process({ bytes, recipe }, read) ?? read());
  return classifier.classify(input, mode);
}

function gone(): Reason {
  return { code: 'SOURCE_NOT_FOUND', message: 'The original of this image is gone. Upload it again.' };
}
