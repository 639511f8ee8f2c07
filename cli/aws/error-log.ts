import {
  type CloudWatchLogsClient,
  type FilteredLogEvent,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import type { LogLine } from '../status/errors.ts';
import type { Deployment } from './deployment.ts';
import { explainAwsErrors } from './error-messages.ts';

/**
 * Lines that may be errors, of our code or of Lambda. Only their content decides.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
const PATTERN = '%ERROR|CRITICAL|timed.out|Runtime.exited%';

const HOUR_MS = 3_600_000;
/** Lines may reach CloudWatch late, so each read goes back by this much. */
const LATE_MS = 60_000;
/** A log full of errors is not read to its end. */
const MAX_PAGES = 10;

/** The lines of the last hour that may be errors. A second call reads only the lines that came since the first. */
export class ErrorLog {
  readonly #client: CloudWatchLogsClient;
  readonly #lines = new Map<string, LogLine>();
  #readUntilMs = 0;

  constructor(client: CloudWatchLogsClient) {
    this.#client = client;
  }

  /** @throws AwsError */
  async lastHour({ functions }: Deployment): Promise<LogLine[]> {
    const nowMs = Date.now();
    const fromMs = Math.max(nowMs - HOUR_MS, this.#readUntilMs - LATE_MS);
    // One log after the other: CloudWatch accepts only a few such requests a second.
    for (const { name, configuration } of functions) {
      const group = configuration.LoggingConfig?.LogGroup;
      if (group === undefined) continue;
      await explainAwsErrors('logs:FilterLogEvents', this.#read(name, group, fromMs));
    }
    this.#readUntilMs = nowMs;
    for (const [id, { atMs }] of this.#lines) if (atMs < nowMs - HOUR_MS) this.#lines.delete(id);
    return [...this.#lines.values()];
  }

  async #read(where: string, logGroupName: string, startTime: number): Promise<void> {
    let read = 0;
    const input = { logGroupName, startTime, filterPattern: PATTERN };
    for await (const { events = [] } of paginateFilterLogEvents({ client: this.#client }, input)) {
      for (const event of events) this.#keep(where, event);
      if (++read === MAX_PAGES) return;
    }
  }

  #keep(where: string, { eventId = '', timestamp = 0, message = '' }: FilteredLogEvent): void {
    this.#lines.set(`${where} ${eventId}`, { where, atMs: timestamp, text: message });
  }
}
