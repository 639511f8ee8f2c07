import { useCallback, useSyncExternalStore } from 'react';
import type { ImageView } from '../../client/types.ts';
import { useSession } from '../app/session.ts';

/** The newest that the app knows of an image; renders again when it changes. */
export function useImage(imageId: string): ImageView | undefined {
  const { images } = useSession();
  const subscribe = useCallback((listener: () => void) => images.watch(imageId, listener), [images, imageId]);
  return useSyncExternalStore(subscribe, () => images.get(imageId));
}
