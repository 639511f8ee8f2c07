import { useEffect, useRef } from 'react';
import { TEXTS } from '../texts.ts';

/** Lists the keys. */
export function KeysDialog({ onClose }: { onClose(): void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="keys-title">
      <h1 id="keys-title">{TEXTS.keys.title}</h1>
      <dl className="keys">
        {TEXTS.keys.list.map(([key, what]) => (
          <div key={`${key} ${what}`} style={{ display: 'contents' }}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog">
        <button type="submit" className="button">
          {TEXTS.keys.close}
        </button>
      </form>
    </dialog>
  );
}
