import { useMemo } from 'react';
import { useLocation, useSearch } from 'wouter';
import { filterOf, type ImageFilter, searchOf } from '../images/filter.ts';

/** The filter that the address holds, and how to change it. */
export function useFilter(inTrash: boolean): readonly [ImageFilter, (change: Partial<ImageFilter>) => void] {
  const search = useSearch();
  const [path, navigate] = useLocation();
  const filter = useMemo(() => {
    const found = filterOf(new URLSearchParams(search));
    return inTrash ? { ...found, trash: true } : found;
  }, [search, inTrash]);
  const change = (changed: Partial<ImageFilter>) => {
    const next = searchOf({ ...filter, ...changed, trash: false });
    navigate(next === '' ? path : `${path}?${next}`, { replace: true });
  };
  return [filter, change];
}
