import type { ProblemError } from '../problem.ts';
import { type Entry, snapshotOf, type UploadFile, type UploadState } from './entry.ts';

/**
 * `offline`: no connection, and the engine goes on by itself. `blocked`: the server refuses everything, for example
 * since the login ended; `resume` tries again.
 */
export type UploadStatus = 'idle' | 'running' | 'paused' | 'offline' | 'blocked';

export interface UploadTotals {
  status: UploadStatus;
  /** Why the engine is blocked. */
  problem: ProblemError | null;
  files: number;
  counts: Readonly<Record<UploadState, number>>;
  /** Of all files that are not cancelled. */
  bytes: number;
  sentBytes: number;
}

/** What has changed since the last notification. */
export interface UploadChange {
  files: UploadFile[];
  totals: UploadTotals;
}

export type UploadListener = (change: UploadChange) => void;

/** A notification each 50 ms: 3,000 files that change at once are one notification, not 3,000. */
const NOTIFY_EVERY_MS = 50;

/** The files and their totals. Totals are kept up to date, never summed up again. */
export class Ledger {
  readonly #entries = new Map<number, Entry>();
  readonly #counts: Record<UploadState, number> = {
    waiting: 0,
    sending: 0,
    uploaded: 0,
    failed: 0,
    cancelled: 0,
  };
  #bytes = 0;
  #sentBytes = 0;
  #changed = new Set<Entry>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #listeners = new Set<UploadListener>();
  readonly #status: () => { status: UploadStatus; problem: ProblemError | null };

  constructor(status: () => { status: UploadStatus; problem: ProblemError | null }) {
    this.#status = status;
  }

  get underWay(): number {
    return this.#counts.waiting + this.#counts.sending;
  }

  get totals(): UploadTotals {
    const counts = { ...this.#counts };
    const files = this.#entries.size;
    return { ...this.#status(), files, counts, bytes: this.#bytes, sentBytes: this.#sentBytes };
  }

  find(id: number): Entry | undefined {
    return this.#entries.get(id);
  }

  entries(): Iterable<Entry> {
    return this.#entries.values();
  }

  add(entry: Entry): void {
    this.#entries.set(entry.id, entry);
    this.#counts[entry.state] += 1;
    this.#bytes += entry.bytes;
    this.#note(entry);
  }

  move(entry: Entry, state: UploadState): void {
    this.#counts[entry.state] -= 1;
    this.#counts[state] += 1;
    if (entry.state === 'cancelled') this.#bytes += entry.bytes;
    if (state === 'cancelled') this.#bytes -= entry.bytes;
    entry.state = state;
    this.progress(entry, state === 'uploaded' ? entry.bytes : 0);
  }

  progress(entry: Entry, sentBytes: number): void {
    this.#sentBytes += sentBytes - entry.sentBytes;
    entry.sentBytes = sentBytes;
    this.#note(entry);
  }

  /** Forgets a file. */
  remove(entry: Entry): void {
    this.#entries.delete(entry.id);
    this.#changed.delete(entry);
    this.#counts[entry.state] -= 1;
    if (entry.state !== 'cancelled') this.#bytes -= entry.bytes;
    this.#sentBytes -= entry.sentBytes;
    this.schedule();
  }

  subscribe(listener: UploadListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Notifies soon; also where only the status has changed. */
  schedule(): void {
    this.#timer ??= setTimeout(() => this.flush(), NOTIFY_EVERY_MS);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const change = { files: [...this.#changed].map(snapshotOf), totals: this.totals };
    this.#changed = new Set();
    for (const listener of this.#listeners) listener(change);
  }

  #note(entry: Entry): void {
    this.#changed.add(entry);
    this.schedule();
  }
}
