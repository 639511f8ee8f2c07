import { RotateCw } from 'lucide-react';
import type { ImageView } from '../../client/types.ts';
import { useSession } from '../app/session.ts';
import { adviceFor, TEXTS } from '../texts.ts';
import { StateBadge } from '../ui/state-badge.tsx';
import { Steps } from './steps.tsx';

/** The image is in progress, or it was not processed. */
export function WithoutResult({ image }: { image: ImageView }) {
  const { api, images } = useSession();
  const { imageId, state, reason } = image;
  const hasEnded = state === 'REJECTED' || state === 'FAILED';
  const retry = async () => {
    images.put(await api.call('POST /images/{imageId}/redrive', { path: { imageId } }));
  };
  return (
    <div className="message">
      {hasEnded ? (
        <>
          <h2>
            <StateBadge state={state} />
          </h2>
          <p>{reason?.message}</p>
          <p className="secondary">{adviceFor(state)}</p>
          {state === 'FAILED' && (
            <button type="button" className="button" data-kind="primary" onClick={() => void retry()}>
              <RotateCw size={16} aria-hidden />
              {TEXTS.image.retry}
            </button>
          )}
        </>
      ) : (
        <Steps image={image} />
      )}
    </div>
  );
}
