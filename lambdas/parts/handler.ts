import { sharpImaging } from '../../core/image/imaging.ts';
import { rotateImage } from '../../core/pipeline/make-part.ts';
import { messageHandler } from '../runtime/message-handler.ts';
import { awsPorts } from '../runtime/ports.ts';

const ports = { ...awsPorts(), imaging: sharpImaging };

/** Consumes the rotation queue: one angle of one run a message. */
export const handler = messageHandler(
  () => 'parts',
  async (body) => [await rotateImage(ports, body)],
);
