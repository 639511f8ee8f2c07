import { X } from 'lucide-react';
import { useEffect } from 'react';
import { useSession } from '../app/session.ts';
import { TEXTS } from '../texts.ts';
import { bytesOf } from '../ui/format.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { useStore } from '../ui/store.ts';
import { BatchFields } from './batch-fields.tsx';
import { FileChoice } from './file-choice.tsx';
import type { UploadList } from './upload-list.ts';
import { UploadRows } from './upload-rows.tsx';

export interface PanelProps {
  isOpen: boolean;
  onOpen(): void;
  onClose(): void;
}

/** The upload beside the page: nothing here stops the work on the images. */
export function UploadPanel({ isOpen, onOpen, onClose }: PanelProps) {
  const { uploads } = useSession();
  useStore(uploads);
  useWarningOnLeave(uploads);
  if (!isOpen) return <Pill uploads={uploads} onOpen={onOpen} />;
  return (
    <section className="upload-panel" aria-labelledby="upload-title">
      <header>
        <h1 id="upload-title">{TEXTS.uploads.title}</h1>
        <IconButton
          icon={X}
          name={TEXTS.uploads.close}
          sizePx={20}
          isQuiet
          className="button push"
          onClick={onClose}
        />
      </header>
      <div className="body">
        <FileChoice />
        <BatchFields />
        <Summary uploads={uploads} />
      </div>
      {uploads.items.length > 0 && <UploadRows items={uploads.items} />}
    </section>
  );
}

function Summary({ uploads }: { uploads: UploadList }) {
  const { totals, checking, items } = uploads;
  const { status, counts, problem } = totals;
  if (items.length === 0 && checking === 0) return <p className="secondary dense">{TEXTS.uploads.hint}</p>;
  const isRunning = counts.waiting + counts.sending > 0;
  return (
    <div>
      <p className="dense">{checking > 0 ? TEXTS.uploads.checking(checking) : summaryOf(totals)}</p>
      <progress max={Math.max(1, totals.bytes)} value={totals.sentBytes} aria-label={TEXTS.uploads.title} />
      {status === 'offline' && <p role="status">{TEXTS.uploads.offline}</p>}
      {status === 'blocked' && (
        <p role="alert">
          {TEXTS.uploads.blocked} {problem?.message}
        </p>
      )}
      <div className="row">
        {isRunning && status !== 'paused' && status !== 'blocked' && (
          <button type="button" className="button" onClick={() => uploads.pause()}>
            {TEXTS.uploads.pause}
          </button>
        )}
        {(status === 'paused' || status === 'blocked') && (
          <button type="button" className="button" data-kind="primary" onClick={() => uploads.resume()}>
            {TEXTS.uploads.resume}
          </button>
        )}
        {isRunning && (
          <button type="button" className="button" onClick={() => uploads.cancel()}>
            {TEXTS.uploads.cancelAll}
          </button>
        )}
        {counts.failed > 0 && (
          <button type="button" className="button" onClick={() => uploads.retry()}>
            {TEXTS.uploads.retryAll}
          </button>
        )}
        {!isRunning && (
          <button type="button" className="button" data-kind="quiet" onClick={() => uploads.clear()}>
            {TEXTS.uploads.clear}
          </button>
        )}
      </div>
    </div>
  );
}

/** The upload while its panel is closed. */
function Pill({ uploads, onOpen }: { uploads: UploadList; onOpen(): void }) {
  const { totals } = uploads;
  return (
    <button type="button" className="button upload-pill" onClick={onOpen}>
      <span className="dense">{summaryOf(totals)}</span>
      <progress max={Math.max(1, totals.bytes)} value={totals.sentBytes} aria-label={TEXTS.uploads.title} />
    </button>
  );
}

function summaryOf({ sentBytes, bytes, counts, files }: UploadList['totals']): string {
  const total = files - counts.cancelled;
  return TEXTS.uploads.summary(bytesOf(sentBytes), bytesOf(bytes), counts.uploaded, total);
}

function useWarningOnLeave(uploads: UploadList): void {
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (uploads.isUnderWay) event.preventDefault();
    };
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [uploads]);
}
