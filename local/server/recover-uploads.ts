import { imageIdOf } from '../../core/names.ts';
import { uploadBody } from '../../core/pipeline/messages/tasks.ts';
import type { TaskQueue } from '../../core/ports.ts';
import type { FileStore } from '../adapters/file-store.ts';
import type { UploadFolder } from '../adapters/upload-folder.ts';

/**
 * Sends every upload that the catalog does not know to be processed, as the reconciler does on AWS. Call it at the
 * start: the last process may have died after it kept a file.
 *
 * @returns how many it sent
 * @throws TransientError
 */
export async function recoverUploads(
  { bucket, folder }: { bucket: string; folder: UploadFolder },
  store: FileStore,
  queue: TaskQueue,
): Promise<number> {
  let sent = 0;
  for await (const key of folder.unknownKeys()) {
    const source = await store.source(bucket, key);
    if (source === undefined) {
      await folder.delete(key);
      continue;
    }
    folder.correct(key, imageIdOf(source));
    await queue.send('ingest', [uploadBody(source)]);
    sent += 1;
  }
  return sent;
}
