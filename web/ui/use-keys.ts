import { useEffect, useRef } from 'react';

export type Keys = Readonly<Record<string, (event: KeyboardEvent) => void>>;

/**
 * Calls what belongs to a key, by `KeyboardEvent.key` in lower case, for as long as the component is shown. `ctrl+` stands for the
 * command key, too. A field that is being typed into keeps its keys, but for Escape.
 */
export function useKeys(keys: Keys): void {
  const current = useRef(keys);
  current.current = keys;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey) return;
      const key = event.key.toLowerCase();
      const name = event.ctrlKey || event.metaKey ? `ctrl+${key}` : key;
      const handler = current.current[name];
      if (handler === undefined || (isTyping(event.target) && event.key !== 'Escape')) return;
      handler(event);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('dialog[open], [popover]:popover-open')) return true;
  return target.matches('input:not([type=checkbox]):not([type=range]), select, textarea');
}
