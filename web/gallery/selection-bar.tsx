import { Clipboard, FolderInput, RotateCcw, SlidersHorizontal, Trash2, X } from 'lucide-react';
import { type SubmitEvent, useRef } from 'react';
import { useLocation } from 'wouter';
import { adjusting } from '../adjust/adjusting.ts';
import { useAlbums } from '../app/queries.ts';
import { useSession } from '../app/session.ts';
import { ReprocessMenu } from '../recipes/reprocess-menu.tsx';
import { reportChange } from '../shell/undo.tsx';
import { TEXTS } from '../texts.ts';
import { changeImages } from './change-images.ts';
import { DownloadMenu } from './download-menu.tsx';

interface SelectionBarProps {
  ids: readonly string[];
  inTrash: boolean;
  onAll(): void;
  onClear(): void;
}

/** What can be done with the selected images. */
export function SelectionBar({ ids, inTrash, onAll, onClear }: SelectionBarProps) {
  const { images } = useSession();
  const bytes = ids.reduce((sum, imageId) => sum + (images.get(imageId)?.source.bytes ?? 0), 0);
  return (
    <div className="selection-bar" role="toolbar" aria-label={TEXTS.selection.count(ids.length, bytes)}>
      <b>{TEXTS.selection.count(ids.length, bytes)}</b>
      <button type="button" className="button" data-kind="quiet" onClick={onAll}>
        {TEXTS.selection.all}
      </button>
      <button type="button" className="button" data-kind="quiet" onClick={onClear}>
        <X size={16} aria-hidden />
        {TEXTS.selection.clear}
      </button>
      <span className="push" />
      {inTrash ? <TrashActions ids={ids} onDone={onClear} /> : <Actions ids={ids} onDone={onClear} />}
    </div>
  );
}

interface ActionsProps {
  ids: readonly string[];
  onDone(): void;
}

function Actions({ ids, onDone }: ActionsProps) {
  const session = useSession();
  const [, navigate] = useLocation();
  const imageIds = [...ids];
  const copyNames = async () => {
    const names = ids.map((imageId) => session.images.get(imageId)?.fileName ?? imageId);
    await navigator.clipboard.writeText(names.join(', '));
    reportChange(TEXTS.selection.copied(names.length));
  };
  const adjust = () => {
    adjusting.open(true);
    navigate(`/images/${ids[0]}`);
  };
  const trash = () => {
    const undo = () => void changeImages(session, { action: 'restore', imageIds });
    void changeImages(session, { action: 'trash', imageIds }, undo);
    onDone();
  };
  return (
    <>
      <button type="button" className="button" onClick={() => void copyNames()}>
        <Clipboard size={16} aria-hidden />
        <span className="wide">{TEXTS.selection.copyNames}</span>
      </button>
      <button type="button" className="button" disabled={ids.length === 0} onClick={adjust}>
        <SlidersHorizontal size={16} aria-hidden />
        <span className="wide">{TEXTS.image.adjust}</span>
      </button>
      <ReprocessMenu imageIds={ids} onDone={onDone} />
      <DownloadMenu ids={ids} />
      <MoveMenu ids={ids} onDone={onDone} />
      <button type="button" className="button" onClick={trash}>
        <Trash2 size={16} aria-hidden />
        <span className="wide">{TEXTS.selection.trash}</span>
      </button>
    </>
  );
}

function MoveMenu({ ids, onDone }: ActionsProps) {
  const session = useSession();
  const { data: albums = [] } = useAlbums();
  const menu = useRef<HTMLFormElement>(null);
  const move = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const album = String(new FormData(event.currentTarget).get('album')).trim();
    void changeImages(session, { action: 'move', imageIds: [...ids], album: album === '' ? null : album });
    menu.current?.hidePopover();
    onDone();
  };
  return (
    <>
      <button type="button" className="button" popoverTarget="move-menu">
        <FolderInput size={16} aria-hidden />
        <span className="wide">{TEXTS.selection.move}</span>
      </button>
      <form id="move-menu" ref={menu} popover="auto" className="menu floating" onSubmit={move}>
        <label className="field">
          <span>{TEXTS.selection.album}</span>
          <input name="album" className="input" list="move-albums" autoComplete="off" />
        </label>
        <datalist id="move-albums">
          {albums.map(({ album }) => (
            <option key={album} value={album} />
          ))}
        </datalist>
        <p className="secondary dense">{TEXTS.selection.noAlbum}</p>
        <button type="submit" className="button" data-kind="primary">
          {TEXTS.selection.apply}
        </button>
      </form>
    </>
  );
}

function TrashActions({ ids, onDone }: ActionsProps) {
  const session = useSession();
  const dialog = useRef<HTMLDialogElement>(null);
  const imageIds = [...ids];
  const change = (action: 'restore' | 'delete') => {
    void changeImages(session, { action, imageIds });
    onDone();
  };
  return (
    <>
      <button type="button" className="button" onClick={() => change('restore')}>
        <RotateCcw size={16} aria-hidden />
        {TEXTS.selection.restore}
      </button>
      <button type="button" className="button" data-kind="danger" onClick={() => dialog.current?.showModal()}>
        <Trash2 size={16} aria-hidden />
        {TEXTS.selection.forGood}
      </button>
      <dialog ref={dialog} aria-labelledby="delete-title">
        <h1 id="delete-title">{TEXTS.selection.confirmTitle(ids.length)}</h1>
        <p>{TEXTS.selection.confirm}</p>
        <form method="dialog" className="row">
          <button type="submit" className="button push">
            {TEXTS.selection.cancel}
          </button>
          <button type="submit" className="button" data-kind="danger" onClick={() => change('delete')}>
            {TEXTS.selection.forGood}
          </button>
        </form>
      </dialog>
    </>
  );
}
