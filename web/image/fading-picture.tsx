import { type CSSProperties, useState } from 'react';

interface FadingPictureProps {
  url: string;
  alt: string;
  style: CSSProperties;
  onError(): void;
}

/** A picture that is never empty while it changes: the next one appears over the one before. */
export function FadingPicture({ url, alt, style, onError }: FadingPictureProps) {
  const [shown, setShown] = useState<{ now: string; before: string | undefined }>({
    now: url,
    before: undefined,
  });
  if (shown.now !== url) setShown({ now: url, before: shown.now });
  const { now, before } = shown;
  return (
    <>
      {before && <img key={before} src={before} alt="" style={style} draggable={false} />}
      <img
        key={now}
        src={now}
        alt={alt}
        style={style}
        className={before && 'fading'}
        draggable={false}
        onError={onError}
      />
    </>
  );
}
