import { useQuery } from '@tanstack/react-query';
import { useSession } from '../app/session.ts';
import { nextBatch } from './batch-choices.ts';

/** Adds files to the upload, with the choices of the batch. */
export function useUpload(): (files: readonly File[]) => Promise<void> {
  const { api, query, uploads } = useSession();
  useQuery({
    queryKey: ['limits'],
    queryFn: () => api.call('GET /limits'),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return async (files) => {
    const limits = await query.ensureQueryData({
      queryKey: ['limits'],
      queryFn: () => api.call('GET /limits'),
    });
    await uploads.add(files, limits, nextBatch.choices);
  };
}
