import { limitsOptions } from '../app/queries.ts';
import { useSession } from '../app/session.ts';
import { nextBatch } from './batch-choices.ts';

/** Adds files to the upload, with the choices of the batch. */
export function useUpload(): (files: readonly File[]) => Promise<void> {
  const session = useSession();
  return async (files) => {
    const limits = await session.query.ensureQueryData(limitsOptions(session));
    await session.uploads.add(files, limits, nextBatch.choices);
  };
}
