import { count, formatDuration } from '../console/figures.ts';
import { type Progress, progressOn } from '../console/progress.ts';
import { type Column, formatTable } from '../console/table.ts';
import { openTarget, TARGET_HELP, TARGET_OPTIONS, type Target } from '../target.ts';
import { type Command, parseOptions, UsageError, wholeNumber } from '../usage.ts';
import {
  chooseFailures,
  collectFailures,
  describeFailure,
  type Failures,
  type FailureView,
  viewsOf,
} from './failures.ts';
import { sendAgain, waitForEnds } from './redrive.ts';

const DEFAULT_WAIT_S = 600;

const COLUMNS: readonly Column[] = [
  { title: 'id' },
  { title: 'when (UTC)' },
  { title: 'tried' },
  { title: 'what' },
  { title: 'code' },
  { title: 'why', shrinks: true },
];

export const failedCommand: Command = {
  help: `Usage: darkroom failed list [--json] [options]
       darkroom failed redrive (--id ID | --all) [--wait SECONDS] [options]

Lists the runs that FAILED and the unprocessable messages: what, when, how often tried, and why. A redrive gives a run
another attempt, which keeps the parts that are finished, and sends an unprocessable message again. A deployment on AWS
or a running npm start does the work at once, and the command waits until the runs have ended. Otherwise the next npm
start does it.

Options:
  --id ID        An id from the list, or its first digits
  --all          Everything in the list
  --wait SECONDS Wait at most this long for the runs to end (default: ${DEFAULT_WAIT_S}); 0 does not wait
  --json         Print one JSON object per line
${TARGET_HELP}

Exit status: 0 if every redriven run is COMPLETE or was not waited for, 3 if some were REJECTED, and 1 if something failed
again, could not be sent again, or had not ended in time.`,

  async run([action, ...args]) {
    if (action !== 'list' && action !== 'redrive') {
      throw new UsageError(`failed: expected list or redrive, received ${action ?? 'nothing'}`);
    }
    const { values, positionals } = parseOptions(args, {
      id: { type: 'string' },
      all: { type: 'boolean', default: false },
      wait: { type: 'string', default: String(DEFAULT_WAIT_S) },
      json: { type: 'boolean', default: false },
      ...TARGET_OPTIONS,
    });
    if (positionals.length > 0)
      throw new UsageError(`failed ${action}: expected options only, received ${positionals[0]}`);
    if (action === 'redrive' && (values.id !== undefined) === values.all) {
      throw new UsageError('failed redrive: expected either --id ID or --all');
    }
    const waitMs = wholeNumber('failed redrive --wait', values.wait, { least: 0 }) * 1000;
    const target = await openTarget(values, console.error);
    try {
      const failures = await collectFailures(target.ports);
      if (action === 'list') return list(viewsOf(target.ports, failures), values.json);
      return await redrive(target, chooseFailures(failures, values.id), waitMs);
    } finally {
      target.close();
    }
  },
};

function list(failures: readonly FailureView[], json: boolean): number {
  if (json) {
    for (const failure of failures) console.log(JSON.stringify(failure));
    return 0;
  }
  if (failures.length === 0) {
    console.log('Nothing has failed.');
    return 0;
  }
  const rows = failures.map((failure) => {
    const { id, at, attempts, what, code, why } = describeFailure(failure);
    return [id, at, attempts, what, code, why];
  });
  const width = process.stdout.isTTY ? process.stdout.columns : undefined;
  for (const line of formatTable(COLUMNS, rows, width)) console.log(line);
  return 0;
}

async function redrive(target: Target, failures: Failures, waitMs: number): Promise<number> {
  const progress = progressOn(process.stderr);
  const { messagesSent, reopened, refused } = await sendAgain(target.ports, failures, progress);
  progress.clear();
  if (messagesSent > 0) console.log(`${count(messagesSent, 'message')} sent again`);
  let status = refused > 0 ? 1 : 0;
  if (reopened.length === 0) return status;
  if (target.hasWorkers && waitMs > 0) {
    status = (await follow(target, reopened, waitMs, progress)) || status;
  } else {
    const when = target.hasWorkers ? 'they are being processed' : 'the next npm start processes them';
    console.log(`${count(reopened.length, 'run')} reopened: ${when}`);
  }
  return status;
}

async function follow(
  { ports }: Target,
  reopened: Parameters<typeof waitForEnds>[1],
  waitMs: number,
  progress: Progress,
): Promise<number> {
  const ended = await waitForEnds(ports, reopened, waitMs, progress);
  progress.clear();
  const underWay = reopened.length - ended.length;
  if (underWay > 0) {
    const still = `${count(underWay, 'run')} still in progress after ${formatDuration(waitMs)}`;
    console.error(`${still}. See: darkroom status, and later: darkroom failed list`);
  }
  if (underWay > 0 || ended.some(({ state }) => state === 'FAILED')) return 1;
  return ended.some(({ state }) => state === 'REJECTED') ? 3 : 0;
}
