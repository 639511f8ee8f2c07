import { vi } from 'vitest';

/** The events of a browser's page, as a test raises them. Undo with `vi.unstubAllGlobals`. */
export function stubPageEvents(): { online(): void; visible(): void } {
  const target = new EventTarget();
  const page = new EventTarget();
  vi.stubGlobal('addEventListener', target.addEventListener.bind(target));
  vi.stubGlobal('removeEventListener', target.removeEventListener.bind(target));
  vi.stubGlobal('document', Object.assign(page, { visibilityState: 'visible' }));
  return {
    online: () => target.dispatchEvent(new Event('online')),
    visible: () => page.dispatchEvent(new Event('visibilitychange')),
  };
}
