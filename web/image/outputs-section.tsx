import { Download } from 'lucide-react';
import type { ImageView } from '../../client/types.ts';
import { useSession } from '../app/session.ts';
import { useLink } from '../links/use-link.ts';
import { reportChange } from '../shell/undo.tsx';
import { TEXTS } from '../texts.ts';
import { bytesOf, dimensionsOf } from '../ui/format.ts';
import { IconButton } from '../ui/icon-button.tsx';

interface OutputsSectionProps {
  image: ImageView;
  shown: string;
  onShow(variant: string): void;
}

/** Every output with its own download, and the original. */
export function OutputsSection({ image, shown, onShow }: OutputsSectionProps) {
  const { links } = useSession();
  const download = async (variant: string) => {
    try {
      location.assign(await links.download(image.imageId, variant));
    } catch (error) {
      reportChange(error instanceof Error ? error.message : TEXTS.image.linkProblem);
    }
  };
  return (
    <>
      <ul className="outputs">
        {image.outputs.map(({ variant, widthPx, heightPx, bytes, contentType }) => {
          const name = TEXTS.image.variants[variant] ?? TEXTS.image.rotation(variant);
          return (
            <li key={variant}>
              <button
                type="button"
                className="output"
                aria-pressed={variant === shown}
                onClick={() => onShow(variant)}
              >
                <Thumb image={image} variant={variant} />
                <span>
                  {name}
                  <span className="secondary dense">
                    {dimensionsOf(widthPx, heightPx)}, {bytesOf(bytes)}, {formatOf(contentType)}
                  </span>
                </span>
              </button>
              <IconButton
                icon={Download}
                name={`${TEXTS.image.download}: ${name}`}
                isQuiet
                onClick={() => void download(variant)}
              />
            </li>
          );
        })}
      </ul>
      <button type="button" className="button" onClick={() => void download('original')}>
        <Download size={16} aria-hidden />
        {TEXTS.image.downloadOriginal}
      </button>
    </>
  );
}

function Thumb({ image: { imageId, run }, variant }: { image: ImageView; variant: string }) {
  const { url, renew } = useLink(imageId, variant, run);
  return <span className="thumb">{url && <img src={url} alt="" onError={renew} />}</span>;
}

function formatOf(contentType: string): string {
  return contentType.replace('image/', '').toUpperCase();
}
