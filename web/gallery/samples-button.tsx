import { RotateCw } from 'lucide-react';
import { useSession } from '../app/session.ts';
import type { ImageList } from '../images/image-list.ts';
import { TEXTS } from '../texts.ts';
import { changeImages } from './change-images.ts';

/** Lets a newcomer watch the steps: shown as long as the gallery holds nothing but samples. */
export function SamplesButton({ list }: { list: ImageList }) {
  const session = useSession();
  const samples = new Set(session.config.samples);
  const shown = list.ids.map((imageId) => session.images.get(imageId));
  const ended = shown.filter((image) => image?.state === 'COMPLETE');
  const areSamples = shown.every((image) => image !== undefined && samples.has(image.fileName));
  if (shown.length === 0 || !areSamples || list.isComplete !== true) return null;
  const again = () => {
    const recipe = ended[0]?.recipe;
    if (recipe) {
      const imageIds = ended.flatMap((image) => image?.imageId ?? []);
      void changeImages(session, { action: 'reprocess', imageIds, recipe });
    }
  };
  return (
    <p className="notice">
      <button type="button" className="button" disabled={ended.length === 0} onClick={again}>
        <RotateCw size={16} aria-hidden />
        {TEXTS.gallery.processSamples}
      </button>
      <span className="secondary">{TEXTS.gallery.samplesHint}</span>
    </p>
  );
}
