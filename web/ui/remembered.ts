import { useState } from 'react';

/** A choice of the user that outlives the page. A browser that keeps nothing forgets it, and nothing else happens. */
export function useRemembered<T extends string | number>(
  name: string,
  initial: T,
  isValid: (value: unknown) => value is T,
): readonly [T, (value: T) => void] {
  const [value, setValue] = useState(() => read(name, isValid) ?? initial);
  const remember = (next: T) => {
    setValue(next);
    try {
      localStorage.setItem(`darkroom.${name}`, JSON.stringify(next));
    } catch {
      // Storage is full or forbidden.
    }
  };
  return [value, remember];
}

function read<T>(name: string, isValid: (value: unknown) => value is T): T | undefined {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(`darkroom.${name}`) ?? 'null');
    return isValid(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
