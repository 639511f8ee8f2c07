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

/** What ended a run or delayed it: a stable code, and a message for the person who reads it. */
export interface Reason {
  code: string;
  message: string;
}

/** The input is at fault. The run ends as REJECTED, and its message is acknowledged, as a retry cannot help. */
export class PermanentError extends Error {
  override readonly name = 'PermanentError';
  readonly code: RejectionCode;

  constructor(code: RejectionCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Something around us failed: throttling, a timeout, a full disk. The message is retried, then dead-lettered. */
export class TransientError extends Error {
  override readonly name = 'TransientError';
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * A message that can't be read, or is about an image that the catalog does not know. It becomes a dead-letter message,
 * as a newer release may be able to process it.
 */
export class UnprocessableMessageError extends Error {
  override readonly name = 'UnprocessableMessageError';
}

/** The caller asked for something that does not exist or is not possible. Says what was expected, what came, what to do. */
export class InvalidInputError extends Error {
  override readonly name = 'InvalidInputError';
}

/** There is no such thing, or the caller may not know of it. */
export class NotFoundError extends Error {
  override readonly name = 'NotFoundError';
  /** Which input named it, where there are several. */
  readonly field: string | undefined;

  constructor(message: string, field?: string) {
    super(message);
    this.field = field;
  }
}

/** The caller is known, and may not do this. */
export class ForbiddenError extends Error {
  override readonly name = 'ForbiddenError';
}

/** Nobody is logged in, or the token is not valid. */
export class UnauthenticatedError extends Error {
  override readonly name = 'UnauthenticatedError';
}

/** The state of the image does not allow this now. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
}

/** The image exists, and what was asked can't be made of it. */
export class UnprocessableImageError extends Error {
  override readonly name = 'UnprocessableImageError';
  readonly code: RejectionCode | 'PREVIEW_TOO_LARGE';

  constructor(code: UnprocessableImageError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What the caller may use in a day is used up. */
export class QuotaError extends Error {
  override readonly name = 'QuotaError';
  readonly retryAfterS: number;

  constructor(message: string, retryAfterS: number) {
    super(message);
    this.retryAfterS = retryAfterS;
  }
}

/** The reason to record for any thrown value. */
export function reasonOf(error: unknown): Reason {
  if (error instanceof PermanentError || error instanceof TransientError) {
    return { code: error.code, message: error.message };
  }
  if (error instanceof Error) return { code: error.name, message: error.message };
  return { code: 'UNKNOWN', message: String(error) };
}
