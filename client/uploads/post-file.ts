import { browser } from '../browser.ts';
import { asProblem, ProblemError } from '../problem.ts';
import { FORM_EXPIRED, mayBeStored, problemOfAnswer, type Transfer } from './answer.ts';
import type { Entry, HeldForm } from './entry.ts';
import { fetchTransfer } from './fetch-transfer.ts';
import type { Ledger } from './ledger.ts';
import { xhrTransfer } from './xhr-transfer.ts';

export interface PostOptions {
  ledger: Ledger;
  /** A transfer that makes no progress for this long is given up. */
  stallMs: number;
}

/**
 * Posts a file once, and keeps on the entry what follows for the next try.
 *
 * @returns why it failed, also where the signal aborted; undefined where the file is stored
 */
export async function postFile(
  entry: Entry,
  form: HeldForm,
  file: Blob,
  options: PostOptions & { signal: AbortSignal },
): Promise<ProblemError | undefined> {
  entry.awaitsAnswer = false;
  const problem = await exchange(entry, form, file, options);
  const isComplete = entry.awaitsAnswer;
  entry.awaitsAnswer = false;
  if (problem === undefined) {
    entry.uploadId = form.uploadId;
    return undefined;
  }
  if (isComplete && mayBeStored(problem)) entry.unconfirmed = form.uploadId;
  // S3 refuses an expired form at once and may close the connection before its answer is read. A form that may have
  // stored the file is kept: with the same upload id the server can recognise a second copy.
  if (problem.code === FORM_EXPIRED || (problem.status === 0 && !isComplete)) entry.form = undefined;
  return problem.status === 0 ? ((await findUnreadable(entry, file)) ?? problem) : problem;
}

async function exchange(
  entry: Entry,
  form: HeldForm,
  file: Blob,
  { ledger, stallMs, signal }: PostOptions & { signal: AbortSignal },
): Promise<ProblemError | undefined> {
  const stalled = new AbortController();
  const stall = () => stalled.abort(new Error(`No progress for ${stallMs} ms.`));
  let timer = setTimeout(stall, stallMs);
  let isOver = false;
  const onProgress = (sentBytes: number) => {
    // The platform may go on reading the file for a moment after it was aborted.
    if (isOver) return;
    clearTimeout(timer);
    timer = setTimeout(stall, stallMs);
    entry.awaitsAnswer = sentBytes >= file.size;
    ledger.progress(entry, Math.min(sentBytes, entry.bytes));
  };
  try {
    const either = AbortSignal.any([signal, stalled.signal]);
    return problemOfAnswer(await transfer()(form, file, onProgress, either));
  } catch (error) {
    return asProblem(error);
  } finally {
    isOver = true;
    clearTimeout(timer);
  }
}

function transfer(): Transfer {
  return browser.XMLHttpRequest === undefined ? fetchTransfer : xhrTransfer(browser.XMLHttpRequest);
}

/** A file that was moved, deleted or changed fails like a lost connection, so look at the file itself. */
async function findUnreadable(entry: Entry, file: Blob): Promise<ProblemError | undefined> {
  try {
    await file.slice(0, 1).arrayBuffer();
    return undefined;
  } catch (error) {
    return unreadable(entry, error);
  }
}

export function unreadable({ name }: Entry, cause: unknown): ProblemError {
  const detail = `${name} cannot be read: it was moved, deleted or changed. Add it again.`;
  return new ProblemError({ status: 0, code: 'FILE_UNREADABLE', detail }, { cause });
}
