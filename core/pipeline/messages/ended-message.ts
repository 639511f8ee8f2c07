import type { CompletionEvent } from './completion.ts';
import { cutForLive, type LiveMessage } from './live.ts';

/** What a live message takes of a completion event. */
type Ended = Pick<CompletionEvent, Exclude<keyof LiveMessage, 'version' | 'type' | 'finished'>> & {
  outputs: readonly { variant: string }[];
};

/** The end of a run as live updates tell it: what {@link liveMessage} says of the record, and no links. */
export function endedMessage({
  imageId,
  owner,
  run,
  attempt,
  revision,
  state,
  outputs,
  reason,
  fileName,
}: Ended): LiveMessage {
  return {
    version: 1,
    type: 'image.ended',
    imageId,
    owner,
    run,
    attempt,
    revision,
    state,
    finished: outputs.map(({ variant }) => variant).toSorted(),
    reason: reason && { code: reason.code, message: cutForLive(reason.message) },
    fileName: cutForLive(fileName),
  };
}
