import { useEffect } from 'react';
import { TEXTS } from '../texts.ts';
import { announce } from '../ui/announcer.tsx';
import { Store, useStore } from '../ui/store.ts';

/** What was done, and how to take it back. */
interface Done {
  text: string;
  undo: (() => void) | undefined;
}

/** Long enough to read it and to reach the button. */
const SHOWN_MS = 10_000;

class LastChange extends Store {
  done: Done | undefined;

  show(done: Done | undefined): void {
    this.done = done;
    this.changed();
  }
}

const lastChange = new LastChange();

/** Says what has been done to what may no longer be in view. */
export function reportChange(text: string, undo?: () => void): void {
  announce(text);
  lastChange.show({ text, undo });
}

export function Undo() {
  const { done } = useStore(lastChange);
  useEffect(() => {
    if (done === undefined) return undefined;
    const timer = setTimeout(() => lastChange.show(undefined), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [done]);
  if (done === undefined) return null;
  const undo = () => {
    done.undo?.();
    lastChange.show(undefined);
  };
  return (
    <section className="undo" aria-label={TEXTS.selection.lastChange}>
      {done.text}
      {done.undo && (
        <button type="button" className="button" onClick={undo}>
          {TEXTS.selection.undo}
        </button>
      )}
    </section>
  );
}
