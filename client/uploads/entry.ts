import type { ProblemError } from '../problem.ts';

/** `sending` includes the waits between the tries of a file. The last three are ends. */
export type UploadState = 'waiting' | 'sending' | 'uploaded' | 'failed' | 'cancelled';

/** Something to upload whose content is opened when its turn comes: in Node, `open: () => openAsBlob(path)`. */
export interface UploadSource {
  name: string;
  bytes: number;
  type: string;
  recipe?: string;
  album?: string;
  open(): Blob | Promise<Blob>;
}

/** A file as it is now. The object does not change afterwards. */
export interface UploadFile {
  id: number;
  name: string;
  bytes: number;
  sentBytes: number;
  state: UploadState;
  /** Finds the image: `GET /uploads/{uploadId}`. Null until the file is stored. */
  uploadId: string | null;
  /** Why it failed, or why its last try did. */
  problem: ProblemError | null;
}

/** A form and how long it can be used, by the clock of `performance.now()`. */
export interface HeldForm {
  uploadId: string;
  url: string;
  fields: Record<string, string>;
  usableUntilMs: number;
}

/** A file and everything that the engine knows of it. */
export interface Entry {
  readonly id: number;
  readonly name: string;
  readonly bytes: number;
  readonly type: string;
  /** Dropped when nothing will send it again, so that the content can be freed. */
  source: UploadSource | undefined;
  state: UploadState;
  sentBytes: number;
  uploadId: string | undefined;
  problem: ProblemError | undefined;
  form: HeldForm | undefined;
  /** Why the server gave no form; it ends the next try. */
  formProblem: ProblemError | undefined;
  /** The last byte has left and the answer is open: the file may be stored already. */
  awaitsAnswer: boolean;
  /** An upload that may have been stored although no answer came. */
  unconfirmed: string | undefined;
  /** What the user asked for while it was being sent. */
  stop: 'pause' | 'cancel' | undefined;
}

export function entryOf(id: number, source: UploadSource): Entry {
  const { name, bytes, type } = source;
  return {
    id,
    name,
    bytes,
    type,
    source,
    state: 'waiting',
    sentBytes: 0,
    uploadId: undefined,
    problem: undefined,
    form: undefined,
    formProblem: undefined,
    awaitsAnswer: false,
    unconfirmed: undefined,
    stop: undefined,
  };
}

export function snapshotOf(entry: Entry): UploadFile {
  const { id, name, bytes, sentBytes, state, uploadId, problem } = entry;
  return { id, name, bytes, sentBytes, state, uploadId: uploadId ?? null, problem: problem ?? null };
}
