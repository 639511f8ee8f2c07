import { setTimeout as sleep } from 'node:timers/promises';
import { listFailedRuns, redriveIncident, redriveRun } from '../../core/pipeline/failures.ts';
import type { Ports } from '../../core/ports.ts';
import { hasEnded, type ImageRecord, type Incident } from '../../core/record.ts';
import { count } from '../../local/console/figures.ts';
import { progressOn } from '../../local/console/progress.ts';
import { formatTable } from '../../local/console/table.ts';
import { printable } from '../../local/console/text.ts';
import { DATA_OPTIONS, lookInto } from '../laptop-folder.ts';
import { type Command, parseOptions, UsageError } from '../usage.ts';

export const failedCommand: Command = {
  name: 'failed',
  summary: 'List what failed and why, and try it again',
  help: `Usage: darkroom failed list [--json] [options]
       darkroom failed redrive (--id ID | --all) [options]

Lists the runs that FAILED and the messages that nobody could read (incidents): what, when, how often tried, and why.
A redrive gives a run another attempt, in which the parts that are done stay; an incident's message is sent again.
A running npm start does the work at once, and the command waits for it; otherwise the next npm start does it.

Options:
  --id ID        An image id or an incident id, or the first digits of one
  --all          Everything that is listed
  --json         Print one JSON object a line
${DATA_OPTIONS}

Exit status: 0 when all that was redriven is COMPLETE or waits for npm start, 1 when something failed again.`,

  async run([action, ...args]) {
    if (action !== 'list' && action !== 'redrive') {
      throw new UsageError(`failed: expected list or redrive, received ${action ?? 'nothing'}`);
    }
    const { values, positionals } = parseOptions(args, {
      id: { type: 'string' },
      all: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      data: { type: 'string' },
      config: { type: 'string' },
    });
    if (positionals.length > 0) throw new UsageError(`failed ${action}: did not expect ${positionals[0]}`);
    if (action === 'redrive' && (values.id !== undefined) === values.all) {
      throw new UsageError('failed redrive: expected either --id ID or --all');
    }
    const { folder, isRunning } = lookInto({ path: values.config, dataDir: values.data }, console.error);
    try {
      const failures = await collect(folder.ports);
      if (action === 'list') return list(failures, values.json);
      return await redrive(folder.ports, choose(failures, values.id), isRunning);
    } finally {
      folder.database.close();
    }
  },
};

interface Failures {
  runs: ImageRecord[];
  incidents: Incident[];
}

async function collect(ports: Ports): Promise<Failures> {
  const failures: Failures = { runs: [], incidents: [] };
  for await (const record of listFailedRuns(ports)) failures.runs.push(record);
  for await (const incident of ports.catalog.incidents()) failures.incidents.push(incident);
  return failures;
}

function choose({ runs, incidents }: Failures, id: string | undefined): Failures {
  if (id === undefined) return { runs, incidents };
  const chosen = {
    runs: runs.filter(({ imageId }) => imageId.startsWith(id)),
    incidents: incidents.filter(({ incidentId }) => incidentId.startsWith(id)),
  };
  const found = chosen.runs.length + chosen.incidents.length;
  if (found === 1) return chosen;
  const problem = found === 0 ? 'nothing that failed has that id' : `${found} ids begin so; give more digits`;
  throw new UsageError(`failed redrive --id ${id}: ${problem}. See: darkroom failed list`);
}

function list({ runs, incidents }: Failures, json: boolean): number {
  if (json) {
    for (const record of runs) console.log(JSON.stringify(describeRun(record)));
    for (const incident of incidents) console.log(JSON.stringify(describeIncident(incident)));
    return 0;
  }
  if (runs.length + incidents.length === 0) {
    console.log('Nothing has failed.');
    return 0;
  }
  const rows = [...runs.map(describeRun), ...incidents.map(describeIncident)].map((failure) => [
    failure.id.slice(0, 12),
    failure.at.slice(0, 16).replace('T', ' '),
    String(failure.attempts),
    printable(failure.what),
    failure.code,
    printable(failure.why),
  ]);
  const titles = [{ title: 'id' }, { title: 'when (UTC)' }, { title: 'tried' }, { title: 'what' }];
  const width = process.stdout.isTTY ? process.stdout.columns : undefined;
  for (const line of formatTable(
    [...titles, { title: 'code' }, { title: 'why', shrinks: true }],
    rows,
    width,
  )) {
    console.log(line);
  }
  return 0;
}

function describeRun({ imageId, attempt, run, source, reason, endedAt, createdAt }: ImageRecord) {
  return {
    kind: 'run',
    id: imageId,
    at: reason?.at ?? endedAt ?? createdAt,
    attempts: attempt,
    run,
    what: source.key,
    code: reason?.code ?? 'UNKNOWN',
    why: reason?.sentence ?? 'No reason was recorded.',
  };
}

function describeIncident({ incidentId, queue, reason, bodyBytes }: Incident) {
  return {
    kind: 'incident',
    id: incidentId,
    at: reason.at,
    attempts: 1,
    what: `a message of ${bodyBytes} bytes in the ${queue} queue`,
    code: reason.code,
    why: reason.sentence,
  };
}

/** How often a run that another process works on is looked at. */
const LOOK_MS = 200;

async function redrive(ports: Ports, { runs, incidents }: Failures, isRunning: boolean): Promise<number> {
  const progress = progressOn(process.stderr);
  for (const incident of incidents) await redriveIncident(ports, incident);
  if (incidents.length > 0) console.log(`${count(incidents.length, 'message')} sent again`);
  let failedAgain = 0;
  for (const [index, { imageId, source }] of runs.entries()) {
    progress.show(`redriving ${index + 1} of ${runs.length}`);
    const reopened = await redriveRun(ports, imageId);
    if (!isRunning) continue;
    const record = await endOf(ports, reopened);
    if (record.state === 'FAILED') failedAgain++;
    const why = record.reason ? `: ${printable(record.reason.sentence)}` : '';
    progress.print(`${record.state}  ${printable(source.key)}${why}`);
  }
  progress.clear();
  if (runs.length > 0 && !isRunning) {
    console.log(`${count(runs.length, 'run')} reopened: the next npm start processes them`);
  }
  return failedAgain > 0 ? 1 : 0;
}

async function endOf(ports: Ports, { imageId, run, attempt }: ImageRecord): Promise<ImageRecord> {
  for (;;) {
    const record = await ports.catalog.get(imageId);
    if (!record) throw new Error(`expected a record of ${imageId}`);
    const movedOn = record.run !== run || record.attempt !== attempt;
    if (movedOn || hasEnded(record)) return record;
    await sleep(LOOK_MS);
  }
}
