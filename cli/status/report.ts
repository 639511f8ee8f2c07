import type { UnprocessableMessage } from '../../core/pipeline/record.ts';
import type { Ports } from '../../core/ports.ts';
import { type FailureView, timeOf, viewsOf } from '../failed/failures.ts';

/** The number of messages of one queue, by state. */
export interface QueueStatus {
  name: string;
  waiting: number;
  inFlight: number;
  delayed: number;
  /** Dead-letter messages that the recorder has not handled yet. */
  deadLetters: number;
}

export interface FailureStatus {
  runs: number;
  unprocessableMessages: number;
  /** A few of them, the newest first. */
  newest: FailureView[];
}

/** An alarm in state ALARM. */
export interface AlarmStatus {
  /** Without the stack's name. */
  name: string;
  /** ISO 8601. */
  since: string;
  /** What the alarm means, and where the runbook says what to do. */
  description: string;
}

/** Errors of the log with the same message. */
export interface ErrorGroup {
  /** The worker that logged them. */
  where: string;
  message: string;
  count: number;
  /** Of the last one; ISO 8601. */
  lastAt: string;
  /** An image that the error concerns, where the log names one. */
  imageId: string | null;
}

/** Failed runs whose records are read to find the newest. If there are more, any of them are read. */
const LOOKED_AT = 50;
const SHOWN = 5;

export async function summariseFailures(ports: Ports): Promise<FailureStatus> {
  const { catalog } = ports;
  const imageIds: string[] = [];
  for await (const imageId of catalog.failed()) imageIds.push(imageId);
  const unprocessableMessages: UnprocessableMessage[] = [];
  for await (const message of catalog.unprocessableMessages()) unprocessableMessages.push(message);
  const records = await Promise.all(imageIds.slice(0, LOOKED_AT).map((imageId) => catalog.get(imageId)));
  const runs = records.flatMap((record) => (record?.state === 'FAILED' ? [record] : []));
  const views = viewsOf(ports, { runs, unprocessableMessages });
  const newest = views.toSorted((a, b) => (timeOf(a) < timeOf(b) ? 1 : -1)).slice(0, SHOWN);
  return { runs: imageIds.length, unprocessableMessages: unprocessableMessages.length, newest };
}
