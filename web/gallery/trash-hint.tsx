import { useQuery } from '@tanstack/react-query';
import { limitsOptions } from '../app/queries.ts';
import { useSession } from '../app/session.ts';
import { TEXTS } from '../texts.ts';

/** How long the trash keeps images. */
export function TrashHint() {
  const { data } = useQuery(limitsOptions(useSession()));
  if (data === undefined) return null;
  return <p className="notice">{TEXTS.trash.hint(data.trashDays)}</p>;
}
