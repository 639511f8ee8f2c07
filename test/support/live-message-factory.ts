import type { LiveMessage } from '../../core/pipeline/messages/live.ts';

/** A live message of jo's image, unless the fields say otherwise. */
export function liveMessageWith(fields: Partial<LiveMessage> = {}): LiveMessage {
  return {
    version: 1,
    type: 'image.progress',
    imageId: 'a'.repeat(64),
    owner: 'jo',
    run: 1,
    attempt: 1,
    revision: 1,
    state: 'PROCESSING',
    finished: [],
    reason: null,
    fileName: 'a.jpg',
    ...fields,
  };
}
