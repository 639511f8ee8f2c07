import { QueryClientProvider } from '@tanstack/react-query';
import { Component, lazy, type ReactNode, Suspense } from 'react';
import { Route, Switch } from 'wouter';
import { GalleryPage } from '../gallery/gallery-page.tsx';
import { Shell } from '../shell/shell.tsx';
import { TEXTS } from '../texts.ts';
import { Failure } from './failure.tsx';
import { type Session, SessionContext } from './session.ts';

const ImagePage = lazy(() => import('../image/image-page.tsx').then((page) => ({ default: page.ImagePage })));

const InsightsPage = lazy(() =>
  import('../insights/insights-page.tsx').then((page) => ({ default: page.InsightsPage })),
);

const LabelsPage = lazy(() =>
  import('../labels/labels-page.tsx').then((page) => ({ default: page.LabelsPage })),
);

export function App({ session }: { session: Session }) {
  return (
    <SessionContext value={session}>
      <QueryClientProvider client={session.query}>
        <Shell>
          <FaultBoundary>
            <Suspense fallback={<p className="message secondary">{TEXTS.image.loading}</p>}>
              <Switch>
                <Route path="/images/:imageId">{({ imageId }) => <ImagePage imageId={imageId} />}</Route>
                <Route path="/insights">
                  <InsightsPage />
                </Route>
                <Route path="/labels">
                  <LabelsPage />
                </Route>
                <Route path="/trash">
                  <GalleryPage inTrash />
                </Route>
                <Route>
                  <GalleryPage />
                </Route>
              </Switch>
            </Suspense>
          </FaultBoundary>
        </Shell>
      </QueryClientProvider>
    </SessionContext>
  );
}

/** A fault of a page is said, and does not empty the whole window. */
class FaultBoundary extends Component<{ children: ReactNode }, { fault: Error | undefined }> {
  override state: { fault: Error | undefined } = { fault: undefined };

  static getDerivedStateFromError(fault: Error) {
    return { fault };
  }

  override render() {
    const { fault } = this.state;
    if (fault === undefined) return this.props.children;
    const action = { text: TEXTS.failure.reload, run: () => location.reload() };
    return <Failure title={TEXTS.failure.crash} hint={fault.message} action={action} />;
  }
}
