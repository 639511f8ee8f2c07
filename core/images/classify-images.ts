import { type Principal, requireAction } from '../access.ts';
import { ForbiddenError, NotFoundError, type Reason } from '../errors.ts';
import { isRecognised, type Prediction } from '../labels/classification.ts';
import { type LabelMode, modesOf } from '../labels/models.ts';
import type { ImageRecord } from '../pipeline/record.ts';
import type { ApiPorts, PictureSource } from '../ports.ts';
import { InvalidFieldError } from '../validation.ts';
import { findImage } from './find-image.ts';

/** Bytes of a request. A function of Lambda takes 6 MB, in which each three bytes take four characters. */
const MAX_INLINE_BYTES = 4_000_000;
/** Bytes of an image that is named. */
const MAX_REFERENCED_BYTES = 10_000_000;
/** Pictures of one request. */
export const MAX_PICTURES = 50;

/** A picture to classify: its bytes, an image, or what an upload became. */
export type AskedPicture = { bytes: Uint8Array } | { imageId: string } | { uploadId: string };

export interface ClassificationRequest {
  pictures: readonly AskedPicture[];
  /** By default, that of the deployment. */
  mode?: LabelMode | undefined;
  minConfidence: number;
}

/** What a picture shows, or why that can't be said. `status` is that of HTTP. */
export type LabelOutcome =
  | {
      outcome: 'recognised' | 'nothing-recognised';
      predictions: Prediction[];
      model: string;
      modelSha256: string;
    }
  | { error: Reason & { status: 404 | 413 | 422 } };

/**
 * Says what pictures show. Nothing is stored.
 *
 * @returns the mode that was used, and an outcome for each picture, in their order
 * @throws ForbiddenError; NotFoundError where the deployment does not classify; InvalidFieldError where it has no such mode
 */
export async function classifyImages(
  ports: ApiPorts,
  principal: Principal,
  { pictures, mode, minConfidence }: ClassificationRequest,
): Promise<{ mode: LabelMode; outcomes: LabelOutcome[] }> {
  requireAction(principal, 'classify');
  const used = modeOf(ports, mode);
  const found = await Promise.all(pictures.map((picture) => find(ports, principal, picture)));
  const sources = found.filter((each): each is PictureSource => !('error' in each));
  const made = sources.length === 0 ? [] : await ports.pixels.classify(sources, used);
  const answers = made.map((outcome): LabelOutcome => {
    if ('problem' in outcome) return { error: { status: 422, ...outcome.problem } };
    const { predictions, model, sha256 } = outcome;
    const recognised = isRecognised(outcome, minConfidence) ? 'recognised' : 'nothing-recognised';
    return { outcome: recognised, predictions, model, modelSha256: sha256 };
  });
  const next = answers.values();
  return { mode: used, outcomes: found.map((each) => ('error' in each ? each : take(next))) };
}

function take(answers: Iterator<LabelOutcome>): LabelOutcome {
  const { value } = answers.next();
  if (value === undefined) throw new RangeError('expected an outcome for each picture');
  return value;
}

function modeOf({ settings: { labels } }: ApiPorts, asked: LabelMode | undefined): LabelMode {
  if (labels === 'off') {
    throw new NotFoundError('This deployment classifies no images: its setting `labels` is off.');
  }
  const modes = modesOf(labels);
  if (asked === undefined || modes.includes(asked)) return asked ?? labels;
  throw new InvalidFieldError('mode', `expected ${modes.join(' or ')}, which this deployment has`);
}

type Found = PictureSource | { error: Reason & { status: 404 | 413 } };

async function find(ports: ApiPorts, principal: Principal, picture: AskedPicture): Promise<Found> {
  if ('bytes' in picture) {
    const { bytes } = picture;
    return bytes.length > MAX_INLINE_BYTES ? tooLarge(bytes.length, MAX_INLINE_BYTES) : { bytes };
  }
  try {
    const { source } = await findReferenced(ports, principal, picture);
    if (source.bytes > MAX_REFERENCED_BYTES) return tooLarge(source.bytes, MAX_REFERENCED_BYTES);
    return { source };
  } catch (error) {
    if (!(error instanceof NotFoundError || error instanceof ForbiddenError)) throw error;
    return { error: { status: 404, code: 'NOT_FOUND', message: error.message } };
  }
}

/** An upload of somebody else gets the answer of one that does not exist. */
async function findReferenced(
  ports: ApiPorts,
  principal: Principal,
  picture: { imageId: string } | { uploadId: string },
): Promise<ImageRecord> {
  if ('imageId' in picture) return findImage(ports, principal, 'read', picture.imageId);
  const { uploadId } = picture;
  const upload = await ports.catalog.findUpload(uploadId);
  const missing = `There is no upload ${uploadId} that has arrived. Send its file, or wait a second.`;
  if (!upload) throw new NotFoundError(missing);
  try {
    return await findImage(ports, principal, 'read', upload.imageId);
  } catch (error) {
    throw error instanceof NotFoundError ? new NotFoundError(missing) : error;
  }
}

function tooLarge(bytes: number, most: number) {
  const message = `Expected a picture of at most ${most} bytes, received ${bytes}. Send it smaller.`;
  return { error: { status: 413, code: 'IMAGE_TOO_LARGE', message } } as const;
}
