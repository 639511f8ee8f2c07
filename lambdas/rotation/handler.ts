import { sharpImaging } from '../../core/image/imaging.ts';
import { rotateImage } from '../../core/pipeline/rotate-image.ts';
import { messageHandler } from '../shared/message-handler.ts';
import { awsPorts } from '../shared/ports.ts';

const ports = { ...awsPorts(), imaging: sharpImaging };

/** Consumes the rotation queue: one angle of one run a message. */
export const handler = messageHandler(
  () => 'rotation',
  async (body) => [await rotateImage(ports, body)],
);
