import { labelImage } from '../../core/pipeline/label-image.ts';
import { forEachTask } from '../../core/pipeline/messages/message.ts';
import { SessionClassifier } from '../../labels/classifier.ts';
import { messageHandler } from '../runtime/message-handler.ts';
import { functionPorts } from '../runtime/ports.ts';
import { functionProgress } from '../runtime/progress.ts';
import { readSettings } from '../runtime/settings.ts';

const settings = readSettings();
const ports = {
  ...functionPorts(settings),
  classifier: new SessionClassifier(),
  progress: functionProgress(settings),
};

/** Consumes the labels queue: each message asks what the original of one run shows. */
export const handler = messageHandler(
  () => 'labels',
  (message) => forEachTask(message, (task) => labelImage(ports, task)),
);
