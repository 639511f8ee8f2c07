import { useEffect, useSyncExternalStore } from 'react';
import { useSession } from '../app/session.ts';
import type { Wanted } from './link-book.ts';

/** The link to a file for as long as the component is shown. Without a variant, nothing is asked for. */
export function useLink(imageId: string, variant: string | undefined, version: number) {
  const { links } = useSession();
  useEffect(() => {
    if (variant === undefined) return undefined;
    return links.want({ imageId, variant, version });
  }, [links, imageId, variant, version]);
  const wanted: Wanted = { imageId, variant: variant ?? '', version };
  const { url, code } = useSyncExternalStore(links.subscribe, () => links.find(wanted));
  return { url, code, renew: () => links.renew(wanted) };
}
