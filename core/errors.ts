/** Why an input can never be processed. Stable: subscribers and scripts match on these. */
export const REJECTION_CODES = [
  'UNSUPPORTED_FORMAT',
  'EMPTY_FILE',
  'CORRUPT_IMAGE',
  'IMAGE_TOO_LARGE',
  'SOURCE_NOT_FOUND',
  'UNKNOWN_RECIPE',
  'PROCESSING_LIMIT',
] as const;
export type RejectionCode = (typeof REJECTION_CODES)[number];

/** What ended a run, or held it up: a stable code, and a sentence for the person who reads it. */
export interface Reason {
  code: string;
  message: string;
}

/** The input is at fault: the run ends as REJECTED and its message is acknowledged, as a retry cannot help. */
export class PermanentError extends Error {
  override readonly name = 'PermanentError';
  readonly code: RejectionCode;

  constructor(code: RejectionCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Something around us failed (throttling, a timeout, a full disk): the message is retried, then dead-lettered. */
export class TransientError extends Error {
  override readonly name = 'TransientError';
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A message that no version of ours wrote. It goes to the dead letters unread: a newer release may know it. */
export class UnreadableMessageError extends Error {
  override readonly name = 'UnreadableMessageError';
}

/** The caller asked for something that does not exist or that cannot be: what was expected, what came, what to do. */
export class InvalidInputError extends Error {
  override readonly name = 'InvalidInputError';
}

/** The reason to record for any thrown value. */
export function reasonOf(error: unknown): Reason {
  if (error instanceof PermanentError || error instanceof TransientError) {
    return { code: error.code, message: error.message };
  }
  if (error instanceof Error) return { code: error.name, message: error.message };
  return { code: 'UNKNOWN', message: String(error) };
}
