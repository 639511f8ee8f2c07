import { memo } from 'react';
import type { ImageView } from '../../client/types.ts';
import { useImage } from '../images/use-image.ts';
import { useLink } from '../links/use-link.ts';
import { adviceFor, STATES, TEXTS } from '../texts.ts';
import { StateBadge } from '../ui/state-badge.tsx';
import { usePlaceholder } from './use-placeholder.ts';

interface TileProps {
  imageId: string;
  widthPx: number;
  isSelected: boolean;
  isCurrent: boolean;
  onSelect(imageId: string, isRange: boolean): void;
}

/**
 * One image of the gallery: its picture, or what is known instead; below it the name and the state. The gallery handles
 * clicks on the picture and its focus.
 */
export const Tile = memo(function Tile({ imageId, widthPx, ...props }: TileProps) {
  const image = useImage(imageId);
  if (image === undefined) return <div className="tile" style={{ width: widthPx }} />;
  return <KnownTile image={image} widthPx={widthPx} {...props} />;
});

function KnownTile(props: Omit<TileProps, 'imageId'> & { image: ImageView }) {
  const { image, widthPx, isSelected, isCurrent, onSelect } = props;
  const { imageId, fileName, state } = image;
  return (
    <div className="tile" style={{ width: widthPx }} data-selected={isSelected || undefined}>
      <label className="check">
        <input
          type="checkbox"
          checked={isSelected}
          tabIndex={-1}
          aria-label={TEXTS.gallery.select(fileName)}
          onChange={() => {}}
          onClick={({ shiftKey }) => onSelect(imageId, shiftKey)}
        />
      </label>
      <a
        href={`/images/${imageId}`}
        className="picture"
        data-id={imageId}
        tabIndex={isCurrent ? 0 : -1}
        style={usePlaceholder(image.thumbhash)}
      >
        <span className="visually-hidden">{TEXTS.gallery.open(fileName, STATES[state])}</span>
        <Picture image={image} />
        <Words image={image} />
      </a>
      <div className="caption">
        <bdi title={fileName}>{fileName}</bdi>
        {state !== 'COMPLETE' && <StateBadge state={state} />}
      </div>
    </div>
  );
}

function Picture({ image: { imageId, run, thumbhash, outputs } }: { image: ImageView }) {
  const small = outputs.some(({ variant }) => variant === 'processed') ? 'processed' : undefined;
  const { url, renew } = useLink(imageId, thumbhash === null ? small : 'thumb', run);
  if (url === undefined) return null;
  return <img src={url} alt="" decoding="async" draggable={false} onError={renew} />;
}

/** Steps while the image is in progress; the reason where it has no result. */
function Words({ image: { state, progress, reason, thumbhash } }: { image: ImageView }) {
  if (state === 'COMPLETE' || state === 'DELETED') return null;
  const isOver = thumbhash !== null || undefined;
  if (state === 'REJECTED' || state === 'FAILED') {
    return (
      <span className="words" data-over={isOver}>
        <p>
          {reason?.message} <span className={isOver ? undefined : 'secondary'}>{adviceFor(state)}</span>
        </p>
      </span>
    );
  }
  const parts = progress.expected?.length ?? 0;
  const done = state === 'RECEIVED' ? 0 : 1 + progress.finished.length;
  return (
    <span className="words" data-over={isOver}>
      <span>{STATES[state]}</span>
      <span className="steps">
        <i style={{ width: `${(100 * done) / Math.max(2, parts + 1)}%` }} />
      </span>
    </span>
  );
}
