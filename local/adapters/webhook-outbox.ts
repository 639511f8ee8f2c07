import type { Clock } from '../../core/ports.ts';
import type { Database } from './database.ts';

export interface WebhookOptions {
  /** The http or https URLs that get every event by POST. */
  urls: readonly string[];
  /** Time for an endpoint to answer. */
  timeoutMs: number;
  /** Tries before a delivery is abandoned. */
  maxTries: number;
}

/** The outcome of one round of deliveries. */
export interface DeliveryReport {
  delivered: number;
  /** Failed deliveries that are tried again. */
  postponed: number;
  /** A message for each delivery that failed for the last time. */
  gaveUp: string[];
}

/** Deliveries of one round; they run at the same time. */
const ROUND = 10;
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 3_600_000;

/** Webhook deliveries, which wait in the database until an endpoint has accepted them or has failed too often. */
export class WebhookOutbox {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #options: WebhookOptions;
  readonly #statements: ReturnType<typeof prepare>;
  #notify = () => {};

  constructor(database: Database, clock: Clock, options: WebhookOptions) {
    this.#database = database;
    this.#clock = clock;
    this.#options = options;
    this.#statements = prepare(database);
  }

  /** The listener is called whenever there is a new delivery. */
  onChange(listener: () => void): void {
    this.#notify = listener;
  }

  /** Stores a delivery to every endpoint. Call it in the transaction that stores the event. */
  enqueue(eventId: string, body: string): void {
    for (const url of this.#options.urls) this.#statements.insert.run(eventId, url, body, this.#nowMs());
    this.#notify();
  }

  /**
   * Tries the next deliveries that are due. After a crash an endpoint may get an event twice, and can drop the repeat by
   * the header `x-darkroom-event-id`.
   *
   * @param signal ends the round early; a delivery that it ends does not count as a try
   */
  async deliverDue(signal: AbortSignal): Promise<DeliveryReport> {
    const report: DeliveryReport = { delivered: 0, postponed: 0, gaveUp: [] };
    const rows = this.#database.run(() => this.#statements.due.all(this.#nowMs(), ROUND));
    await Promise.all(
      rows.map(async (row) => {
        const delivery = {
          id: Number(row.id),
          eventId: String(row.event_id),
          url: String(row.url),
          body: String(row.body),
          tries: Number(row.tries) + 1,
        };
        const problem = await post(delivery, this.#options.timeoutMs, signal);
        if (!signal.aborted) this.#record(delivery, problem, report);
      }),
    );
    return report;
  }

  #record(
    { id, url, eventId, tries }: { id: number; url: string; eventId: string; tries: number },
    problem: string | undefined,
    report: DeliveryReport,
  ): void {
    if (problem === undefined) {
      this.#database.run(() => this.#statements.end.run('delivered', tries, null, id));
      report.delivered++;
    } else if (tries >= this.#options.maxTries) {
      this.#database.run(() => this.#statements.end.run('gave up', tries, problem, id));
      report.gaveUp.push(`${url} did not accept the event ${eventId} in ${tries} tries: ${problem}.`);
    } else {
      const delayMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 4 ** (tries - 1));
      this.#database.run(() => this.#statements.postpone.run(this.#nowMs() + delayMs, tries, problem, id));
      report.postponed++;
    }
  }

  #nowMs(): number {
    return this.#clock.now().getTime();
  }
}

/** Why the endpoint did not accept the event; undefined where it did, with an answer of 2xx. */
async function post(
  { url, eventId, body }: { url: string; eventId: string; body: string },
  timeoutMs: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-darkroom-event-id': eventId },
      body,
      // A redirected POST becomes a GET without its body.
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    await response.body?.cancel();
    return response.ok ? undefined : `it answered ${response.status}`;
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') return `no answer in ${timeoutMs} ms`;
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return cause instanceof Error ? cause.message : String(cause);
  }
}

function prepare(database: Database) {
  return {
    insert: database.prepare(
      'INSERT OR IGNORE INTO deliveries (event_id, url, body, due_at_ms) VALUES (?, ?, ?, ?)',
    ),
    due: database.prepare(
      `SELECT id, event_id, url, body, tries FROM deliveries
       WHERE state = 'waiting' AND due_at_ms <= ? ORDER BY due_at_ms, id LIMIT ?`,
    ),
    end: database.prepare("UPDATE deliveries SET state = ?, tries = ?, note = ?, body = '' WHERE id = ?"),
    postpone: database.prepare('UPDATE deliveries SET due_at_ms = ?, tries = ?, note = ? WHERE id = ?'),
  };
}
