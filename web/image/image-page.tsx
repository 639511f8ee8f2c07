import { ArrowLeft, ChevronLeft, ChevronRight, PanelRight } from 'lucide-react';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { asProblem } from '../../client/problem.ts';
import type { ImageDetail, ImageView } from '../../client/types.ts';
import { AdjustToggle } from '../adjust/adjust-toggle.tsx';
import { adjusting } from '../adjust/adjusting.ts';
import type { ShownPreview } from '../adjust/shown-preview.ts';
import { useImageDetail, useRecipes } from '../app/queries.ts';
import { useSession } from '../app/session.ts';
import { lastGallery } from '../gallery/last-gallery.ts';
import { useImage } from '../images/use-image.ts';
import { useLink } from '../links/use-link.ts';
import { ReprocessMenu } from '../recipes/reprocess-menu.tsx';
import { TEXTS } from '../texts.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { useRemembered } from '../ui/remembered.ts';
import { StateBadge } from '../ui/state-badge.tsx';
import { useStore } from '../ui/store.ts';
import { useKeys } from '../ui/use-keys.ts';
import { Compare } from './compare.tsx';
import { FilmStrip } from './film-strip.tsx';
import { Inspector } from './inspector.tsx';
import { WithoutResult } from './without-result.tsx';

const AdjustPanel = lazy(() =>
  import('../adjust/adjust-panel.tsx').then((panel) => ({ default: panel.AdjustPanel })),
);

/** One image: original and result, what was measured, and its neighbours in the gallery. */
export function ImagePage({ imageId }: { imageId: string }) {
  const image = useImage(imageId);
  const { data: detail, error } = useImageDetail(imageId, image?.revision);
  useEffect(() => {
    document.title = `${image?.fileName ?? TEXTS.image.loading} – ${TEXTS.name}`;
  }, [image?.fileName]);
  if (image !== undefined) return <KnownImage key={imageId} image={image} detail={detail} />;
  if (error === null) return <p className="message secondary">{TEXTS.image.loading}</p>;
  const isMissing = [400, 404].includes(asProblem(error).status);
  return (
    <div className="message" role="alert">
      <h1>{isMissing ? TEXTS.image.missing : TEXTS.gallery.problem}</h1>
      <p className="secondary">{isMissing ? TEXTS.image.missingHint : asProblem(error).message}</p>
      <a className="button" href="/">
        {TEXTS.image.back}
      </a>
    </div>
  );
}

const isShown = (value: unknown): value is 'yes' | 'no' => value === 'yes' || value === 'no';

function KnownImage({ image, detail }: { image: ImageView; detail: ImageDetail | undefined }) {
  const { images } = useSession();
  const [, navigate] = useLocation();
  const { data: recipes = [] } = useRecipes();
  const list = useStore(images.list(lastGallery.filter));
  const [variant, setVariant] = useState('processed');
  const [inspector, setInspector] = useRemembered<'yes' | 'no'>('inspector', 'yes', isShown);
  const { isOpen } = useStore(adjusting);
  const [preview, setPreview] = useState<ShownPreview>();
  useEffect(() => void list.readAll(), [list]);

  const at = list.ids.indexOf(image.imageId);
  const [previous, next] = at < 0 ? [] : [list.ids[at - 1], list.ids[at + 1]];
  const open = (id: string | undefined) => id && navigate(`/images/${id}`, { replace: true });
  const back = () => navigate(lastGallery.address);
  useKeys({
    arrowleft: () => open(previous),
    arrowright: () => open(next),
    escape: back,
    i: () => toggleInspector(),
  });
  const toggleInspector = () => {
    setInspector(isAdjusting || inspector === 'no' ? 'yes' : 'no');
    if (isAdjusting) adjusting.open(false);
  };
  const canReprocess = ['COMPLETE', 'REJECTED', 'FAILED'].includes(image.state);
  const output = image.outputs.find((each) => each.variant === variant) ?? image.outputs[0];
  const isAdjusting = isOpen && output !== undefined;
  const resize = recipes.find(({ name }) => name === image.recipe)?.recipe.resize;
  return (
    <div className="image-page" data-adjusting={isAdjusting || undefined}>
      <div className="image-bar">
        <button type="button" className="button" data-kind="quiet" onClick={back}>
          <ArrowLeft size={16} aria-hidden />
          <span className="wide">{TEXTS.image.back}</span>
        </button>
        <h1>
          <bdi title={image.fileName}>{image.fileName}</bdi>
        </h1>
        <StateBadge state={image.state} />
        <span className="push" />
        <AdjustToggle disabled={output === undefined} />
        <ReprocessMenu imageIds={[image.imageId]} disabled={!canReprocess} />
        <Neighbour imageId={previous} name={TEXTS.image.previous} onOpen={open} icon={ChevronLeft} />
        <Neighbour imageId={next} name={TEXTS.image.next} onOpen={open} icon={ChevronRight} />
        <IconButton
          icon={PanelRight}
          name={TEXTS.image.inspector}
          aria-pressed={inspector === 'yes' && !isAdjusting}
          onClick={toggleInspector}
        />
      </div>
      {output === undefined ? (
        <WithoutResult image={image} />
      ) : (
        <Compare
          key={`${output.variant} ${image.run}`}
          image={image}
          output={output}
          resize={resize}
          preview={isAdjusting ? preview : undefined}
        />
      )}
      {isAdjusting && (
        <Suspense fallback={<aside className="inspector" />}>
          <AdjustPanel image={image} onPreview={setPreview} />
        </Suspense>
      )}
      {inspector === 'yes' && !isAdjusting && (
        <Inspector image={image} detail={detail} shown={output?.variant ?? ''} onShow={setVariant} />
      )}
      <FilmStrip ids={list.ids} imageId={image.imageId} />
    </div>
  );
}

/** Its thumbnail is fetched before it is opened. */
function Neighbour(props: {
  imageId: string | undefined;
  name: string;
  onOpen(imageId: string | undefined): void;
  icon: typeof ChevronLeft;
}) {
  const { imageId, name, onOpen, icon } = props;
  const image = useImage(imageId ?? '');
  const { url } = useLink(imageId ?? '', image?.outputs[0]?.variant, image?.run ?? 0);
  useEffect(() => {
    if (url !== undefined) new Image().src = url;
  }, [url]);
  return (
    <IconButton icon={icon} name={name} disabled={imageId === undefined} onClick={() => onOpen(imageId)} />
  );
}
