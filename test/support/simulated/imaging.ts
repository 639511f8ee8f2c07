import { createHash } from 'node:crypto';
import { PermanentError } from '../../../core/errors.ts';
import { isHeavy, isProcessedPicture, type PicturePart, picturesOf } from '../../../core/image/parts.ts';
import type { EncodedImage, Imaging } from '../../../core/image/types.ts';
import type { Classifier } from '../../../core/ports.ts';
import type { OutputFormat, Recipe } from '../../../core/recipe.ts';

/** The first word of an upload, which decides how the work on it ends. A puzzling one crashes the classifier. */
export type UploadKind = 'good' | 'corrupt' | 'poison' | 'puzzling';

export function uploadBytes(kind: UploadKind, serial: number): Buffer {
  return Buffer.from(`${kind} upload ${serial}`);
}

/** Stands for a crash of the process, as an image causes that needs more memory than there is. */
export class PoisonError extends Error {}

/**
 * Imaging without pixels. The bytes of each output say which source, recipe and part they were made from, so that a
 * mix-up is found.
 */
export const simulatedImaging: Imaging = {
  async process(bytes, recipe) {
    const text = bytes.toString();
    if (text.startsWith('corrupt')) throw new PermanentError('CORRUPT_IMAGE', 'The image ends too early.');
    if (text.startsWith('poison')) throw new PoisonError('out of memory');
    const same = { ssim: 1, psnrDb: null, identical: true };
    const light = picturesOf(recipe).filter((part) => !isHeavy(part));
    return {
      processed: encoded(processedBytes(bytes, recipe), recipe),
      parts: Object.fromEntries(
        light.map((part) => [part.variant, encoded(partBytes(bytes, part, recipe), recipe)]),
      ),
      intermediate: Buffer.concat([Buffer.from('intermediate of '), bytes]),
      imageInfo: {
        format: 'jpeg',
        bytes: bytes.length,
        widthPx: 4,
        heightPx: 4,
        orientation: 1,
        pages: 1,
        colourSpace: 'srgb',
        hasAlpha: false,
        hasProfile: false,
      },
      labelInput: recipe.labels ? labelInputBytes(bytes) : null,
      warnings: [],
      search: null,
      thumbnail: {
        bytes: thumbnailBytes(bytes),
        widthPx: 4,
        heightPx: 3,
        hash: '1QcSHQRnh493V4dIh4eXh1h4kJUI',
      },
      capturedAt: '2026-01-01T12:00:00',
      exif: { Image: { Artist: 'A. Nonymous' } },
      quality: { encode: { ...same, ssimulacra2: 100 }, detail: same, enhance: same },
      timingsMs: { decode: 1 },
    };
  },
  async render(intermediate, part, recipe) {
    const source = intermediate.subarray('intermediate of '.length);
    return encoded(partBytes(source, part, recipe), recipe);
  },
  async draft(view, recipe) {
    const same = { ssim: 1, psnrDb: null, identical: true };
    const quality = { encode: { ...same, ssimulacra2: null }, detail: null, enhance: same };
    return { processed: encoded(processedBytes(view, recipe), recipe), quality };
  },
  async labelInput(bytes) {
    return labelInputBytes(bytes);
  },
  async show(bytes) {
    return { bytes: Buffer.from(`view of ${bytes}`), widthPx: 4, heightPx: 4 };
  },
};

/** A classifier without a model. Its answer says which picture it saw. */
export const simulatedClassifier: Classifier = {
  async classify(input) {
    if (Buffer.from(input).includes('puzzling')) throw new PoisonError('the model crashed');
    return { model: 'simulated', sha256: labelChecksum(input), predictions: [] };
  },
};

function labelInputBytes(source: Buffer): Buffer {
  return Buffer.from(`label input of ${source}`);
}

function labelChecksum(input: Uint8Array): string {
  return createHash('sha256').update(input).digest('hex');
}

/** The checksum in the answer about an upload. */
export function expectedLabels(source: Buffer): string {
  return labelChecksum(labelInputBytes(source));
}

export function thumbnailBytes(source: Buffer): Buffer {
  return Buffer.from(`thumbnail of ${source}`);
}

/** The bytes of a part. A full rotation has those of the processed picture. */
export function partBytes(source: Buffer, part: PicturePart, recipe: Recipe): Buffer {
  if (isProcessedPicture(part)) return processedBytes(source, recipe);
  return Buffer.from(`${part.variant} from ${source} by ${fingerprint(recipe)}`);
}

function processedBytes(source: Buffer, recipe: Recipe): Buffer {
  return Buffer.from(`processed from ${source} by ${fingerprint(recipe)}`);
}

function encoded(bytes: Buffer, recipe: Recipe): EncodedImage {
  return { bytes, widthPx: 4, heightPx: 4, format: formatOf(recipe) };
}

/** The simulated recipes name their format. */
export function formatOf({ output }: Recipe): OutputFormat {
  if (output.format === 'auto') throw new Error('expected a recipe that names its format');
  return output.format;
}

function fingerprint(recipe: Recipe): string {
  return createHash('sha256').update(JSON.stringify(recipe)).digest('hex').slice(0, 12);
}
