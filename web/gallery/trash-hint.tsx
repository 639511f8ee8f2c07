import { useQuery } from '@tanstack/react-query';
import { useSession } from '../app/session.ts';
import { TEXTS } from '../texts.ts';

/** How long the trash keeps images. */
export function TrashHint() {
  const { api } = useSession();
  const { data } = useQuery({ queryKey: ['limits'], queryFn: () => api.call('GET /limits') });
  if (data === undefined) return null;
  return <p className="notice">{TEXTS.trash.hint(data.trashDays)}</p>;
}
