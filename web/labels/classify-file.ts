import type { LabelMode } from '../../client/types.ts';
import type { Session } from '../app/session.ts';
import type { Classified } from './classified.ts';

/** What one request takes. A larger picture is scaled here: a model sees 260 px of it at most. */
const MOST_BYTES = 4_000_000;
const SCALED_PX = 1600;
const SCALED = { type: 'image/jpeg', quality: 0.92 } as const;

/** Asks what a file shows. @throws ProblemError */
export async function classifyFile(session: Session, file: File, mode: LabelMode): Promise<Classified> {
  const base64 = await base64Of(file.size > MOST_BYTES ? await scaled(file) : file);
  const { results } = await session.api.call('POST /classify', {
    body: { pictures: [{ base64 }], mode, minConfidence: 0 },
  });
  const [result] = results;
  if (result === undefined || 'error' in result) throw new TypeError('expected a classification');
  return { predictions: result.predictions, model: result.model };
}

/** The picture at a smaller size; the file itself where the browser can't read it. */
async function scaled(file: File): Promise<Blob> {
  try {
    const bitmap = await createImageBitmap(file);
    const factor = Math.min(1, SCALED_PX / Math.max(bitmap.width, bitmap.height));
    const canvas = new OffscreenCanvas(Math.round(bitmap.width * factor), Math.round(bitmap.height * factor));
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    return await canvas.convertToBlob(SCALED);
  } catch {
    return file;
  }
}

async function base64Of(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = '';
  // Arguments of one call are limited in number.
  for (let at = 0; at < bytes.length; at += 32_768) {
    text += String.fromCharCode(...bytes.subarray(at, at + 32_768));
  }
  return btoa(text);
}
