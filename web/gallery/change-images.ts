import { asProblem } from '../../client/problem.ts';
import type { BulkRequest } from '../../client/types.ts';
import type { Session } from '../app/session.ts';
import { reportChange } from '../shell/undo.tsx';
import { TEXTS } from '../texts.ts';

/** As many as one request takes. */
const AT_ONCE = 100;

/** Changes many images, reads what changed, and says how it went. */
export async function changeImages(session: Session, request: BulkRequest, undo?: () => void): Promise<void> {
  const changed: string[] = [];
  const refused: string[] = [];
  for (let at = 0; at < request.imageIds.length; at += AT_ONCE) {
    const imageIds = request.imageIds.slice(at, at + AT_ONCE);
    try {
      const { outcomes } = await session.api.call('POST /bulk', { body: { ...request, imageIds } });
      for (const { imageId, status, problem } of outcomes) {
        if (status < 400) changed.push(imageId);
        else refused.push(problem?.detail ?? `Status ${status}.`);
      }
    } catch (error) {
      refused.push(...imageIds.map(() => asProblem(error).message));
    }
  }
  for (const imageId of changed) session.images.read(imageId);
  if (request.action === 'move') void session.query.invalidateQueries({ queryKey: ['albums'] });
  const done = changed.length > 0 ? [SENTENCES[request.action](changed.length)] : [];
  const [reason] = refused;
  if (reason !== undefined) done.push(TEXTS.selection.refused(refused.length, reason));
  reportChange(done.join('. '), changed.length > 0 ? undo : undefined);
}

const SENTENCES: Readonly<Record<BulkRequest['action'], (count: number) => string>> = {
  trash: TEXTS.selection.trashed,
  restore: TEXTS.selection.restored,
  delete: TEXTS.selection.deleted,
  reprocess: TEXTS.selection.started,
  move: TEXTS.selection.moved,
};
