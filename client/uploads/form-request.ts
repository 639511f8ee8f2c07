import type { Api } from '../http.ts';
import { asProblem, ProblemError } from '../problem.ts';
import type { UploadDeclaration, UploadForm } from '../types.ts';
import type { Entry } from './entry.ts';
import { isAboutInput, withoutCulprit } from './refusal.ts';

/** A form is not used in its last minute, as the file needs time to arrive. */
const EXPIRY_MARGIN_MS = 60_000;
/** Bounds for the life of a form, whatever the clocks of the client and the server say. */
const SHORTEST_LIFE_MS = 60_000;
const LONGEST_LIFE_MS = 14 * 60_000;

/**
 * Gets a form for each file and keeps it there. A refused file does not hold up the others of its batch: it is found,
 * and forms for the rest are asked for again.
 *
 * @param refuse called for each file that gets none
 */
export async function requestForms(
  api: Api,
  batch: Entry[],
  signal: AbortSignal,
  refuse: (entry: Entry, problem: ProblemError) => void,
): Promise<void> {
  if (batch.length === 0) return;
  try {
    const { uploads } = await api.call('POST /uploads', { body: { files: batch.map(declare) }, signal });
    assign(batch, uploads);
  } catch (error) {
    const problem = asProblem(error);
    if (batch.length === 1 || !isAboutInput(problem)) {
      for (const entry of batch) refuse(entry, problem);
    } else {
      for (const part of withoutCulprit(batch, problem)) await requestForms(api, part, signal, refuse);
    }
  }
}

function declare({ name, bytes, type, source }: Entry): UploadDeclaration {
  return {
    name,
    bytes,
    type,
    ...(source?.recipe === undefined ? {} : { recipe: source.recipe }),
    ...(source?.album === undefined ? {} : { album: source.album }),
  };
}

/** The answer lists the forms in the order of the files. @throws ProblemError `UNREADABLE_ANSWER` */
function assign(batch: Entry[], uploads: UploadForm[]): void {
  if (uploads.length !== batch.length) {
    const detail = `Expected ${batch.length} upload forms, received ${uploads.length}.`;
    throw new ProblemError({ status: 502, code: 'UNREADABLE_ANSWER', detail });
  }
  for (const [index, { uploadId, url, fields, expiresAt }] of uploads.entries()) {
    const entry = batch[index];
    // A file that was cancelled meanwhile has no source.
    if (entry?.source === undefined) continue;
    entry.form = { uploadId, url, fields, usableUntilMs: performance.now() + usableForMs(expiresAt) };
  }
}

/**
 * The client's clock may be wrong. If it is ahead, a new form is used all the same; if it is behind, the storage
 * refuses the form as expired, and a new one is fetched.
 */
function usableForMs(expiresAt: string): number {
  const byClock = Date.parse(expiresAt) - Date.now() - EXPIRY_MARGIN_MS;
  return Math.min(LONGEST_LIFE_MS, Math.max(SHORTEST_LIFE_MS, byClock));
}
