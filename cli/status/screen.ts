import type { DeployedStatus } from '../aws/deployed-status.ts';
import { count, formatDuration, formatSsim } from '../console/figures.ts';
import { type Column, formatTable } from '../console/table.ts';
import { printable } from '../console/text.ts';
import { describeFailure } from '../failed/failures.ts';
import type { LaptopStatus } from './laptop-status.ts';
import type { AlarmStatus, ErrorGroup, FailureStatus, QueueStatus } from './report.ts';

/*
 * One report as lines of about 80 columns. Times are UTC, as in the records and logs.
 *
 * width: columns of the terminal; undefined for a file or a pipe, where nothing is cut
 */

export function deployedScreen(status: DeployedStatus, width?: number): string[] {
  const { stack, alarms, alarmsUnknown, queues, functions, failures, errors, errorsUnknown } = status;
  const since = stack.changedAt === null ? '' : ` since ${minuteOf(stack.changedAt)}`;
  const functionRows = functions.map(({ name, state, lastUpdate, reason, memoryMb, changedAt }) => [
    printable(name),
    state,
    reason === null ? lastUpdate : printable(`${lastUpdate}: ${reason}`),
    `${memoryMb} MB`,
    changedAt === null ? '–' : minuteOf(changedAt),
  ]);
  return [
    `${stack.name} in ${stack.region}: ${stack.status}${since}`,
    ...(stack.reason === null ? [] : [printable(stack.reason)]),
    `as of ${secondOf(status.at)} UTC`,
    '',
    ...(alarmsUnknown === null
      ? alarmLines(alarms, width)
      : [`alarms could not be read: ${printable(alarmsUnknown)}`]),
    '',
    ...queueLines(queues, width),
    '',
    ...formatTable(FUNCTION_COLUMNS, functionRows, width),
    '',
    ...failureLines(failures, ` --stack ${stack.name}`, width),
    '',
    ...(errorsUnknown === null
      ? errorLines(errors, width)
      : [`errors of the last hour could not be read: ${printable(errorsUnknown)}`]),
  ];
}

export function laptopScreen(status: LaptopStatus, width?: number): string[] {
  const { folder, isRunning, queues, failures, events } = status;
  const rows = events.map(({ type, source, quality, timingsMs, reason }) => [
    type.replace('image.', ''),
    printable(source.key),
    formatSsim(quality?.encode),
    formatDuration(timingsMs.total ?? 0),
    reason?.code ?? '',
  ]);
  return [
    `${printable(folder)}: npm start ${isRunning ? 'is running' : 'is not running'}`,
    `as of ${secondOf(status.at)} UTC`,
    '',
    ...queueLines(queues, width),
    '',
    ...failureLines(failures, '', width),
    '',
    ...(rows.length === 0 ? ['no image has ended yet'] : formatTable(EVENT_COLUMNS, rows, width)),
  ];
}

const ALARM_COLUMNS: readonly Column[] = [
  { title: 'alarm' },
  { title: 'since (UTC)' },
  { title: 'what', shrinks: true },
];

const QUEUE_COLUMNS: readonly Column[] = [
  { title: 'queue' },
  { title: 'waiting', align: 'right' },
  { title: 'in flight', align: 'right' },
  { title: 'delayed', align: 'right' },
  { title: 'dead-letter', align: 'right' },
];

const FUNCTION_COLUMNS: readonly Column[] = [
  { title: 'function', shrinks: true },
  { title: 'state' },
  { title: 'last update', shrinks: true },
  { title: 'memory', align: 'right' },
  { title: 'changed (UTC)' },
];

const FAILURE_COLUMNS: readonly Column[] = [
  { title: 'failed (UTC)' },
  { title: 'what', shrinks: true },
  { title: 'code' },
  { title: 'why', shrinks: true },
];

const ERROR_COLUMNS: readonly Column[] = [
  { title: 'errors', align: 'right' },
  { title: 'last (UTC)' },
  { title: 'worker' },
  { title: 'image' },
  { title: 'message', shrinks: true },
];

const EVENT_COLUMNS: readonly Column[] = [
  { title: 'ended last' },
  { title: 'file', shrinks: true },
  { title: 'SSIM', align: 'right' },
  { title: 'time', align: 'right' },
  { title: 'code' },
];

function alarmLines(alarms: readonly AlarmStatus[], width?: number): string[] {
  if (alarms.length === 0) return ['no alarm'];
  const rows = alarms.map(({ name, since, description }) => [
    printable(name),
    minuteOf(since),
    printable(description),
  ]);
  return formatTable(ALARM_COLUMNS, rows, width);
}

function queueLines(queues: readonly QueueStatus[], width?: number): string[] {
  const rows = queues.map(({ name, waiting, inFlight, delayed, deadLetters }) => [
    name,
    ...[waiting, inFlight, delayed, deadLetters].map((number) => number.toLocaleString('en-GB')),
  ]);
  return formatTable(QUEUE_COLUMNS, rows, width);
}

function failureLines(
  { runs, unprocessableMessages, newest }: FailureStatus,
  target: string,
  width?: number,
): string[] {
  if (runs + unprocessableMessages === 0) return ['nothing has failed'];
  const rows = newest.map((failure) => {
    const { at, what, code, why } = describeFailure(failure);
    return [at, what, code, why];
  });
  return [
    ...formatTable(FAILURE_COLUMNS, rows, width),
    `total: ${count(runs, 'failed run')}, ${count(unprocessableMessages, 'unprocessable message')}; see: darkroom failed list${target}`,
  ];
}

function errorLines(errors: readonly ErrorGroup[], width?: number): string[] {
  if (errors.length === 0) return ['no errors in the last hour'];
  const rows = errors.map(({ count: times, lastAt, where, imageId, message }) => [
    String(times),
    secondOf(lastAt).slice(-8),
    where,
    imageId?.slice(0, 12) ?? '–',
    printable(message),
  ]);
  return formatTable(ERROR_COLUMNS, rows, width);
}

function minuteOf(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}

function secondOf(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ');
}
