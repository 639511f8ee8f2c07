import { archiveKey } from '../names.ts';
import type { Ports } from '../ports.ts';

/**
 * Ends the exports whose archive holds the image, or is going to, as FAILED, and deletes those archives. One that still
 * waits stays: it will be made without the image. Doing it again changes nothing.
 *
 * @throws TransientError
 */
export async function withdrawExports(
  { exports, objects, clock, settings }: Pick<Ports, 'exports' | 'objects' | 'clock' | 'settings'>,
  imageId: string,
): Promise<void> {
  for (const exportId of await exports.holding(imageId)) {
    await exports.update(exportId, ['RUNNING', 'COMPLETE'], {
      state: 'FAILED',
      bytes: null,
      reason: {
        code: 'IMAGE_DELETED',
        message: 'An image of the archive was deleted for good. Export the others again.',
      },
      endedAt: clock.now().toISOString(),
    });
    await objects.delete({ bucket: settings.processedBucket, key: archiveKey(exportId) });
  }
}
