import type { CSSProperties } from 'react';
import { bytesOf, dimensionsOf } from '../ui/format.ts';
import { FadingPicture } from './fading-picture.tsx';

interface HalfProps {
  side: 'left' | 'right';
  /** What it is: the original, or a result. */
  name: string;
  fileName: string;
  /** The bytes are null where they are not known yet. */
  file: { widthPx: number | null; heightPx: number | null; bytes: number | null };
  link: { url?: string | undefined; renew(): void };
  /** As a value of `clip-path`; undefined where it is not seen. */
  clip: string | undefined;
  place: CSSProperties;
}

/**
 * The original or the result: its picture, cut to the half that is seen, with its name, dimensions and bytes. What is not
 * seen stays in the page, so that a flip shows it at once.
 */
export function Half({ side, name, fileName, file, link, clip, place }: HalfProps) {
  return (
    <>
      <div className="layer" style={{ clipPath: clip }} hidden={clip === undefined}>
        {link.url && (
          <FadingPicture url={link.url} alt={`${name}: ${fileName}`} style={place} onError={link.renew} />
        )}
      </div>
      <p className="stage-label" data-side={side} hidden={clip === undefined}>
        <b>{name}</b>{' '}
        <span>
          <span className="size">
            {dimensionsOf(file.widthPx, file.heightPx)}
            {file.bytes !== null && ', '}
          </span>
          {file.bytes !== null && bytesOf(file.bytes)}
        </span>
      </p>
    </>
  );
}
