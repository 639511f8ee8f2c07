import { lazy, Suspense } from 'react';
import { useSession } from '../app/session.ts';
import { useStore } from '../ui/store.ts';
import type { PanelProps } from './upload-panel.tsx';

const UploadPanel = lazy(() =>
  import('./upload-panel.tsx').then((panel) => ({ default: panel.UploadPanel })),
);

/** The upload, once there is one: until then its code is not loaded. */
export function UploadCorner(props: PanelProps) {
  const { uploads } = useSession();
  useStore(uploads);
  if (!props.isOpen && !uploads.isUnderWay) return null;
  return (
    <Suspense>
      <UploadPanel {...props} />
    </Suspense>
  );
}
