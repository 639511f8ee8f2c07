import { Upload } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { TEXTS } from '../texts.ts';
import { Announcer } from '../ui/announcer.tsx';
import { useKeys } from '../ui/use-keys.ts';
import { DropZone } from '../uploads/drop-zone.tsx';
import { UploadCorner } from '../uploads/upload-corner.tsx';
import { LiveDot, OfflineNotice } from './live-dot.tsx';
import { SettingsMenu } from './settings-menu.tsx';
import { Undo } from './undo.tsx';

const KeysDialog = lazy(() => import('./keys-dialog.tsx').then((keys) => ({ default: keys.KeysDialog })));

/** The bar, the page below it, and what floats above both. */
export function Shell({ children }: { children: ReactNode }) {
  const [location] = useLocation();
  const [isUploading, setUploading] = useState(false);
  const [showsKeys, setShowsKeys] = useState(false);
  useKeys({ '?': () => setShowsKeys(true), u: () => setUploading(true) });
  const current = (path: string) => (location === path ? 'page' : undefined);
  return (
    <div className="shell">
      <a className="button skip" href="#content">
        {TEXTS.skip}
      </a>
      <header>
        <div className="bar">
          <Link href="/" className="wordmark">
            {TEXTS.name}
          </Link>
          <nav aria-label={TEXTS.nav.main}>
            <Link href="/" className="button" data-kind="quiet" aria-current={current('/')}>
              {TEXTS.nav.gallery}
            </Link>
            <Link href="/insights" className="button" data-kind="quiet" aria-current={current('/insights')}>
              {TEXTS.nav.insights}
            </Link>
            <Link href="/labels" className="button" data-kind="quiet" aria-current={current('/labels')}>
              {TEXTS.nav.labels}
            </Link>
            <Link href="/trash" className="button" data-kind="quiet" aria-current={current('/trash')}>
              {TEXTS.nav.trash}
            </Link>
          </nav>
          <span className="push" />
          <LiveDot />
          <button type="button" className="button" data-kind="primary" onClick={() => setUploading(true)}>
            <Upload size={16} aria-hidden />
            {TEXTS.uploads.open}
          </button>
          <SettingsMenu onShowKeys={() => setShowsKeys(true)} />
        </div>
        <OfflineNotice />
      </header>
      <main id="content" tabIndex={-1}>
        {children}
      </main>
      <UploadCorner
        isOpen={isUploading}
        onOpen={() => setUploading(true)}
        onClose={() => setUploading(false)}
      />
      <DropZone onFiles={() => setUploading(true)} />
      <Undo />
      <Suspense>{showsKeys && <KeysDialog onClose={() => setShowsKeys(false)} />}</Suspense>
      <Announcer />
    </div>
  );
}
