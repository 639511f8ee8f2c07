import { useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { useImage } from '../images/use-image.ts';
import { useLink } from '../links/use-link.ts';

/** On each side of the image. */
const NEIGHBOURS = 8;

/** The images around this one, in the order of the gallery that led here. */
export function FilmStrip({ ids, imageId }: { ids: readonly string[]; imageId: string }) {
  const strip = useRef<HTMLElement>(null);
  const at = ids.indexOf(imageId);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another image is the current one
  useEffect(() => {
    strip.current?.querySelector('[aria-current]')?.scrollIntoView({ inline: 'center', block: 'nearest' });
  }, [imageId]);
  if (at < 0 || ids.length < 2) return null;
  const shown = ids.slice(Math.max(0, at - NEIGHBOURS), at + NEIGHBOURS + 1);
  return (
    <nav className="film-strip" ref={strip}>
      {shown.map((id) => (
        <Frame key={id} imageId={id} isCurrent={id === imageId} />
      ))}
    </nav>
  );
}

function Frame({ imageId, isCurrent }: { imageId: string; isCurrent: boolean }) {
  const image = useImage(imageId);
  const { url, renew } = useLink(imageId, image?.thumbhash ? 'thumb' : undefined, image?.run ?? 0);
  return (
    <Link
      href={`/images/${imageId}`}
      replace
      aria-current={isCurrent ? 'page' : undefined}
      aria-label={image?.fileName}
      title={image?.fileName}
    >
      {url && <img src={url} alt="" onError={renew} />}
    </Link>
  );
}
