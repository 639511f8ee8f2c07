import { lazy, Suspense, useCallback, useEffect, useState } from 'react';
import { useSession } from '../app/session.ts';
import { searchOf } from '../images/filter.ts';
import type { ImageList } from '../images/image-list.ts';
import { TEXTS } from '../texts.ts';
import { useRemembered } from '../ui/remembered.ts';
import { useStore } from '../ui/store.ts';
import { useKeys } from '../ui/use-keys.ts';
import { FilterBar, LARGEST_PX, SMALLEST_PX } from './filter-bar.tsx';
import { GalleryRows } from './gallery-rows.tsx';
import { lastGallery } from './last-gallery.ts';
import { SamplesButton } from './samples-button.tsx';
import { extended, NOTHING, type Selection, toggled, within } from './selection.ts';
import { TrashHint } from './trash-hint.tsx';
import { useFilter } from './use-filter.ts';

const TrySamples = lazy(() => import('./try-samples.tsx').then((part) => ({ default: part.TrySamples })));
const SelectionBar = lazy(() => import('./selection-bar.tsx').then((bar) => ({ default: bar.SelectionBar })));

const isHeight = (value: unknown): value is number =>
  typeof value === 'number' && value >= SMALLEST_PX && value <= LARGEST_PX;

/** All images that the filters let through, or those in the trash. */
export function GalleryPage({ inTrash = false }: { inTrash?: boolean }) {
  const { images } = useSession();
  const [filter, change] = useFilter(inTrash);
  const list = useStore(images.list(filter));
  const [heightPx, setHeight] = useRemembered('row-height', innerWidth < 640 ? 120 : 192, isHeight);
  // Coming back from an image, what was selected is selected still.
  const [selection, setSelection] = useState<Selection>(() =>
    lastGallery.address === `${location.pathname}${location.search}`
      ? { ids: new Set(lastGallery.selectedIds), anchor: undefined }
      : NOTHING,
  );
  const [selectedIn, setSelectedIn] = useState(() => searchOf(filter));
  const place = searchOf(filter);
  if (selectedIn !== place) {
    // Another list begins without a selection.
    setSelectedIn(place);
    setSelection(NOTHING);
  }
  const shown = within(selection, list.ids);

  useEffect(() => {
    lastGallery.filter = filter;
    lastGallery.address = `${location.pathname}${location.search}`;
    void list.readAll();
  }, [list, filter]);
  useEffect(() => {
    document.title = `${inTrash ? TEXTS.trash.title : TEXTS.gallery.title} – ${TEXTS.name}`;
  }, [inTrash]);
  const clear = useCallback(() => setSelection(NOTHING), []);
  useEffect(() => {
    lastGallery.selectedIds = [...selection.ids];
  }, [selection]);
  useKeys({
    escape: clear,
    'ctrl+a': (event) => {
      event.preventDefault();
      setSelection({ ids: new Set(list.ids), anchor: undefined });
    },
  });
  const select = useCallback(
    (imageId: string, isRange: boolean) =>
      setSelection((now) => (isRange ? extended(now, imageId, list.ids) : toggled(now, imageId))),
    [list],
  );
  return (
    <div className="gallery">
      <div>
        <h1 className="visually-hidden">{inTrash ? TEXTS.trash.title : TEXTS.gallery.title}</h1>
        {shown.ids.size > 0 ? (
          <Suspense>
            <SelectionBar
              ids={[...shown.ids]}
              inTrash={inTrash}
              onAll={() => setSelection({ ids: new Set(list.ids), anchor: undefined })}
              onClear={clear}
            />
          </Suspense>
        ) : (
          <FilterBar filter={filter} onChange={change} heightPx={heightPx} onHeight={setHeight} />
        )}
        {inTrash ? <TrashHint /> : <SamplesButton list={list} />}
      </div>
      {list.ids.length > 0 ? (
        <GalleryRows
          key={place}
          list={list}
          place={place}
          heightPx={heightPx}
          selection={shown}
          onSelect={select}
        />
      ) : (
        <Instead list={list} inTrash={inTrash} isFiltered={place !== (inTrash ? 'trash=true' : '')} />
      )}
    </div>
  );
}

/** What stands where no image is: loading, a problem, or a reason for the emptiness. */
function Instead({ list, inTrash, isFiltered }: { list: ImageList; inTrash: boolean; isFiltered: boolean }) {
  if (list.problem !== undefined) {
    return (
      <div className="message" role="alert">
        <h2>{TEXTS.gallery.problem}</h2>
        <p className="secondary">{list.problem.message}</p>
        <button type="button" className="button" data-kind="primary" onClick={() => void list.readAll()}>
          {TEXTS.gallery.again}
        </button>
      </div>
    );
  }
  if (list.isComplete !== true) return <p className="message secondary">{TEXTS.gallery.loading}</p>;
  if (isFiltered) {
    return (
      <div className="message">
        <h2>{TEXTS.gallery.emptyFilter}</h2>
        <a className="button" href={inTrash ? '/trash' : '/'}>
          {TEXTS.gallery.clearFilters}
        </a>
      </div>
    );
  }
  return (
    <div className="message">
      <h2>{inTrash ? TEXTS.trash.empty : TEXTS.gallery.empty}</h2>
      {!inTrash && <p className="secondary">{TEXTS.gallery.emptyHint}</p>}
      {!inTrash && (
        <Suspense>
          <TrySamples />
        </Suspense>
      )}
    </div>
  );
}
