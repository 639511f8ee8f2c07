import { basename } from 'node:path';
import type { Reason } from '../core/errors.ts';
import type { ImageView } from '../core/pipeline/image-view.ts';
import type { ENDED, ImageRecord } from '../core/pipeline/record.ts';
import type { Images, OutputFile } from '../local/worker/images.ts';

type EndState = (typeof ENDED)[number];

/**
 * How one input ended: the public view of its image, with a path for each output. What is not known of an input that
 * could not be read is null.
 */
export interface Result extends Omit<ImageView, keyof Unread | 'outputs' | 'state'>, Unread {
  /** As the user wrote it; below a folder, the folder and the path in it. */
  input: string;
  state: EndState;
  outputs: OutputFile[];
}

/** The fields that an input has only once it was read. */
interface Unread {
  imageId: string | null;
  run: number | null;
  attempt: number | null;
  revision: number | null;
  source: ImageView['source'] | null;
  createdAt: string | null;
}

/** A result, and where its source is. */
export interface ResultEntry {
  result: Result;
  sourcePath: string;
}

/**
 * The result of an ended run.
 *
 * @throws TransientError where the files of its outputs can't be looked up
 */
export async function entryOf(
  images: Pick<Images, 'view'>,
  record: ImageRecord,
  { input, sourcePath }: { input: string; sourcePath: string },
): Promise<ResultEntry> {
  const view = await images.view(record);
  return { sourcePath, result: { input, ...view, state: view.state as EndState } };
}

/** The result of a file that could not be read, so that the catalog does not know it. */
export function unreadResult(input: string, state: 'REJECTED' | 'FAILED', reason: Reason): Result {
  return {
    input,
    imageId: null,
    run: null,
    attempt: null,
    state,
    revision: null,
    owner: null,
    fileName: basename(input),
    album: null,
    capturedAt: null,
    thumbhash: null,
    deletedAt: null,
    progress: { finished: [], expected: null },
    source: null,
    outputs: [],
    warnings: [],
    quality: null,
    encoding: null,
    hasDetails: false,
    labels: null,
    recipe: null,
    timingsMs: { total: 0 },
    computeMs: 0,
    reason: { code: reason.code, message: reason.message },
    createdAt: null,
    endedAt: null,
  };
}

/** What a script learns from how images ended: 1 where any FAILED, 3 where some were REJECTED, otherwise 0. */
export function exitStatusOf(results: readonly Pick<Result, 'state'>[]): number {
  if (results.some(({ state }) => state === 'FAILED')) return 1;
  return results.some(({ state }) => state === 'REJECTED') ? 3 : 0;
}

/**
 * The line of `darkroom process --json`. It begins with how the input ended, `status` and `code`, which scripts look at
 * first and which an input without an image has too. They repeat `state` and the code of `reason`.
 */
export function jsonLine({ input, ...view }: Result): string {
  return JSON.stringify({ input, status: view.state, code: view.reason?.code ?? null, ...view });
}
