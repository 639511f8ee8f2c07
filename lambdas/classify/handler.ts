import { imagingWith } from '../../core/image/imaging.ts';
import { classifyPictures } from '../../core/images/classify-pictures.ts';
import type { PictureOutcome } from '../../core/ports.ts';
import { findHeicDecoder } from '../../heic/find-decoder.ts';
import { SessionClassifier } from '../../labels/classifier.ts';
import { type ClassifyRequest, pictureOf } from '../adapters/classify-function.ts';
import { traced } from '../runtime/observability.ts';
import { functionPorts } from '../runtime/ports.ts';
import { readSettings } from '../runtime/settings.ts';

const ports = {
  ...functionPorts(readSettings()),
  imaging: imagingWith({ decodeHeic: findHeicDecoder() }),
  classifier: new SessionClassifier(),
};

/** Says what pictures show, while a request of the API or a camera waits. */
export async function handler({ pictures, mode }: ClassifyRequest): Promise<PictureOutcome[]> {
  return traced('classify', mode, () => classifyPictures(ports, pictures.map(pictureOf), mode));
}
