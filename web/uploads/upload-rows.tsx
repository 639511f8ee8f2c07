import { useVirtualizer } from '@tanstack/react-virtual';
import { RotateCcw, X } from 'lucide-react';
import { useRef } from 'react';
import { Link } from 'wouter';
import { useSession } from '../app/session.ts';
import { useImage } from '../images/use-image.ts';
import { refusalText, TEXTS, UPLOAD_STATES } from '../texts.ts';
import { bytesOf } from '../ui/format.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { StateBadge } from '../ui/state-badge.tsx';
import type { UploadItem } from './upload-list.ts';

const ROW_PX = 60;

/** The files of the upload, whatever their number. */
export function UploadRows({ items }: { items: readonly UploadItem[] }) {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 4,
  });
  return (
    <div className="upload-list" ref={scroller} style={{ height: Math.min(items.length, 5) * ROW_PX }}>
      <ul style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const item = items[index];
          return item && <UploadRow key={item.id} item={item} top={start} />;
        })}
      </ul>
    </div>
  );
}

function UploadRow({ item, top }: { item: UploadItem; top: number }) {
  const { uploads } = useSession();
  const { id, name, bytes, file, imageId, refusal } = item;
  const state = file?.state ?? 'waiting';
  const canCancel = refusal === undefined && (state === 'waiting' || state === 'sending');
  return (
    <li style={{ transform: `translateY(${top}px)` }}>
      <bdi title={name}>{name}</bdi>
      <span className="what">
        {refusal ? (
          <span title={refusalText(refusal)}>
            <b>{TEXTS.uploads.refused}.</b> {refusalText(refusal)}
          </span>
        ) : (
          <UploadOutcome item={item} />
        )}
      </span>
      {state === 'sending' && <progress max={bytes} value={file?.sentBytes ?? 0} aria-label={name} />}
      <span className="act">
        {canCancel && (
          <IconButton
            icon={X}
            name={`${TEXTS.uploads.cancel}: ${name}`}
            isQuiet
            onClick={() => uploads.cancel(id)}
          />
        )}
        {state === 'failed' && (
          <IconButton
            icon={RotateCcw}
            name={`${TEXTS.uploads.retry}: ${name}`}
            isQuiet
            onClick={() => uploads.retry(id)}
          />
        )}
        {imageId && <Link href={`/images/${imageId}`}>{TEXTS.uploads.show}</Link>}
      </span>
    </li>
  );
}

/** First the upload itself, then the image that it has become. */
function UploadOutcome({ item: { bytes, file, imageId } }: { item: UploadItem }) {
  const image = useImage(imageId ?? '');
  const state = file?.state ?? 'waiting';
  if (image !== undefined) {
    return (
      <span title={image.reason?.message}>
        <StateBadge state={image.state} /> {image.reason?.message}
      </span>
    );
  }
  return (
    <span title={file?.problem?.message}>
      {UPLOAD_STATES[state]}, {state === 'sending' ? `${bytesOf(file?.sentBytes ?? 0)} of ` : ''}
      {bytesOf(bytes)} {file?.problem?.message}
    </span>
  );
}
