import { useSyncExternalStore } from 'react';

/** Something that React can watch. Its version changes with it. */
export class Store {
  readonly #listeners = new Set<() => void>();
  #version = 0;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly version = (): number => this.#version;

  /** Whether anybody shows it now. */
  get isWatched(): boolean {
    return this.#listeners.size > 0;
  }

  protected changed(): void {
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }
}

/** Renders again whenever the store changes. */
export function useStore<S extends Store>(store: S): S {
  useSyncExternalStore(store.subscribe, store.version);
  return store;
}
