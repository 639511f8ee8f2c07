import type { ImageQueue } from '../../core/names.ts';
import { labelImage } from '../../core/pipeline/label-image.ts';
import { makePart } from '../../core/pipeline/make-part.ts';
import { forEachTask, readMessage } from '../../core/pipeline/messages/message.ts';
import { processIngest } from '../../core/pipeline/process-image.ts';
import type { ImageRecord } from '../../core/pipeline/record.ts';
import type { Classifier, WorkerPorts } from '../../core/ports.ts';
import { simulatedClassifier } from './simulated/imaging.ts';

/** Handles a message as the consumer of its queue does. */
export function handleMessage(
  ports: WorkerPorts & { classifier?: Classifier },
  queue: ImageQueue,
  body: string,
): Promise<ImageRecord[]> {
  switch (queue) {
    case 'ingest':
      return forEachTask(readMessage(queue, body), (task) => processIngest(ports, task));
    case 'parts':
      return forEachTask(readMessage(queue, body), (task) => makePart(ports, task));
    case 'labels':
      return forEachTask(readMessage(queue, body), (task) =>
        labelImage({ ...ports, classifier: ports.classifier ?? simulatedClassifier }, task),
      );
  }
}
