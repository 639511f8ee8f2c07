import { type CSSProperties, useRef } from 'react';
import type { ImageView, OutputView } from '../../client/types.ts';
import type { Recipe } from '../../core/recipe.ts';
import type { ShownPreview } from '../adjust/shown-preview.ts';
import { useSession } from '../app/session.ts';
import { useLink } from '../links/use-link.ts';
import { TEXTS } from '../texts.ts';
import { CompareBar } from './compare-bar.tsx';
import { Divider } from './divider.tsx';
import { frameOfOriginal, type Rectangle } from './frame.ts';
import { Half } from './half.tsx';
import { halvesOf } from './halves.ts';
import { useComparison } from './use-comparison.ts';
import { useOriginal } from './use-original.ts';
import { useViewport } from './use-viewport.ts';

interface CompareProps {
  image: ImageView;
  output: OutputView;
  resize: Recipe['resize'] | undefined;
  /** What another recipe would make, in the place of the result. */
  preview: ShownPreview | undefined;
}

/** Original and result at the same place and scale. The scale counts pixels of the result. */
export function Compare({ image, output, resize, preview }: CompareProps) {
  const stage = useRef<HTMLDivElement>(null);
  const comparison = useComparison();
  const isRotated = output.variant !== 'processed' && preview === undefined;
  const shown = preview ?? output;
  const mode = isRotated ? 'single' : comparison.mode;
  const columns = mode === 'side' ? 2 : 1;
  const view = useViewport(stage, shown, columns);
  const frame = frameOfOriginal(image, shown, preview?.resize ?? resize);
  const original = useOriginal(image, frame.widthPx * view.scale * devicePixelRatio);
  const result = useLink(image.imageId, output.variant, image.run);
  const { divider, showsOriginal } = comparison;
  const widthPx = view.size.widthPx * columns;
  const halves = halvesOf(mode, { widthPx, dividerPx: divider * widthPx, showsOriginal });
  return (
    <div className="compare" data-surround={comparison.surround}>
      <div className="stage" ref={stage} {...view.handlers}>
        <Half
          side="left"
          name={original.isView ? TEXTS.image.asView : TEXTS.image.original}
          fileName={image.fileName}
          file={image.source}
          link={original}
          clip={halves.original}
          place={placeOf(frame, view, 0)}
        />
        <Half
          side="right"
          name={preview?.name ?? (isRotated ? TEXTS.image.rotation(output.variant) : TEXTS.image.result)}
          fileName={image.fileName}
          file={shown}
          link={preview ? { url: preview.url, renew() {} } : result}
          clip={halves.result}
          place={placeOf({ leftPx: 0, topPx: 0, ...shown }, view, columns - 1)}
        />
        {mode === 'slider' && <Divider at={divider} onMove={comparison.setDivider} stage={stage} />}
      </div>
      {(original.code ?? result.code) && <LinkProblem />}
      <CompareBar
        mode={mode}
        canCompare={!isRotated}
        onMode={comparison.choose}
        percent={Math.round(view.scale * devicePixelRatio * 100)}
        view={view}
        surround={comparison.surround}
        onSurround={comparison.changeSurround}
      />
    </div>
  );
}

/** Where a part of the output lies on the stage. Single pixels are seen as such. */
function placeOf(
  { leftPx, topPx, widthPx, heightPx }: Rectangle,
  { size, centre, scale }: ReturnType<typeof useViewport>,
  column: number,
): CSSProperties {
  return {
    left: (column + 0.5) * size.widthPx + (leftPx - centre[0]) * scale,
    top: size.heightPx / 2 + (topPx - centre[1]) * scale,
    width: widthPx * scale,
    height: heightPx * scale,
    imageRendering: scale * devicePixelRatio > 2 ? 'pixelated' : 'auto',
  };
}

function LinkProblem() {
  const { links } = useSession();
  return (
    <p className="stage-problem" role="alert">
      {TEXTS.image.linkProblem}{' '}
      <button type="button" className="button" onClick={() => links.retryAll()}>
        {TEXTS.gallery.again}
      </button>
    </p>
  );
}
