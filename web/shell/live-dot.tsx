import { useSyncExternalStore } from 'react';
import { useSession } from '../app/session.ts';
import { TEXTS } from '../texts.ts';

function useLiveState() {
  const { live } = useSession();
  return useSyncExternalStore(
    (listener) => live.subscribe(listener),
    () => live.state,
  );
}

/** Whether changes arrive by themselves: a dot with a word. */
export function LiveDot() {
  const state = useLiveState();
  return (
    <span className="live" data-state={state} title={TEXTS.liveHint[state]}>
      {TEXTS.live[state]}
    </span>
  );
}

/** Shown once the connection has been lost for a while: a short gap is nobody's concern. */
export function OfflineNotice() {
  const state = useLiveState();
  if (state !== 'offline') return null;
  return (
    <p className="notice" role="status">
      {TEXTS.offline}
    </p>
  );
}
