import { sharpImaging } from '../../core/image/imaging.ts';
import { makePart } from '../../core/pipeline/make-part.ts';
import { forEachTask } from '../../core/pipeline/messages/message.ts';
import { messageHandler } from '../runtime/message-handler.ts';
import { functionPorts } from '../runtime/ports.ts';
import { functionProgress } from '../runtime/progress.ts';
import { readSettings } from '../runtime/settings.ts';

const settings = readSettings();
const ports = {
  ...functionPorts(settings),
  imaging: sharpImaging,
  progress: functionProgress(settings),
};

/** Consumes the parts queue: each message asks for one heavy part of one run. */
export const handler = messageHandler(
  () => 'parts',
  (message) => forEachTask(message, (task) => makePart(ports, task)),
);
