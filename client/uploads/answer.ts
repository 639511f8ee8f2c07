import { ProblemError, problemOf } from '../problem.ts';

/** What the storage answered to a form. */
export interface TransferAnswer {
  status: number;
  text: string;
  retryAfter: string | null;
}

/** Sends a form with its file. Rejects where no answer comes or the signal aborts. */
export type Transfer = (
  form: { url: string; fields: Record<string, string> },
  file: Blob,
  onProgress: (sentBytes: number) => void,
  signal: AbortSignal,
) => Promise<TransferAnswer>;

export const FORM_EXPIRED = 'FORM_EXPIRED';

/** Of S3's errors with a status of 4xx, the ones that pass. */
const PASSING = new Set(['RequestTimeout', 'SlowDown', 'OperationAborted']);

/** @returns undefined where the file is stored */
export function problemOfAnswer({ status, text, retryAfter }: TransferAnswer): ProblemError | undefined {
  if (status >= 200 && status < 300) return undefined;
  const problem = problemOf(status, text, retryAfter);
  const code = xmlText(text, 'Code') ?? problem.code;
  const detail = xmlText(text, 'Message') ?? problem.message;
  if (isExpiry(status, `${code} ${detail}`)) {
    return new ProblemError({ status, code: FORM_EXPIRED, detail: 'The upload form has expired.' });
  }
  return new ProblemError({ status, code, detail }, { retryAfterMs: problem.retryAfterMs });
}

/** Whether the same request may succeed later. */
export function isPassing({ status, code }: ProblemError): boolean {
  return status >= 500 || status === 429 || status === 408 || PASSING.has(code) || code === FORM_EXPIRED;
}

/** Whether the file may be stored although the request failed: a gateway may lose the answer. */
export function mayBeStored({ status }: ProblemError): boolean {
  return status === 0 || (status >= 500 && status !== 503);
}

/**
 * S3 answers 403 `AccessDenied` with the message “Invalid according to Policy: Policy expired.”, and 400
 * `ExpiredToken` where the credentials that signed the form have ended first.
 */
function isExpiry(status: number, text: string): boolean {
  return (status === 403 || status === 400) && /expired/i.test(text);
}

/** S3's errors are XML of one level; a parser would be larger than the rest of the client. */
function xmlText(xml: string, element: string): string | undefined {
  return new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml)?.[1];
}
