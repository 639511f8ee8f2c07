import { imagingWith } from '../../core/image/imaging.ts';
import { forEachTask } from '../../core/pipeline/messages/message.ts';
import { processIngest } from '../../core/pipeline/process-image.ts';
import { findHeicDecoder } from '../../heic/find-decoder.ts';
import { messageHandler } from '../runtime/message-handler.ts';
import { functionPorts } from '../runtime/ports.ts';
import { functionProgress } from '../runtime/progress.ts';
import { readSettings } from '../runtime/settings.ts';

const settings = readSettings();
const ports = {
  ...functionPorts(settings),
  imaging: imagingWith({ decodeHeic: findHeicDecoder() }),
  progress: functionProgress(settings),
};

/** Consumes the ingest queue: S3's events of the source bucket, and tasks to resume a run. */
export const handler = messageHandler(
  () => 'ingest',
  (message) => forEachTask(message, (task) => processIngest(ports, task)),
);
