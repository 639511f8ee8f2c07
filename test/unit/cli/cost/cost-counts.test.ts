import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { CLIENT, OUTER } from '../../../../cli/cost/outside.ts';
import { DEFAULTS, STANDING } from '../../../../cli/cost/per-deployment.ts';
import { countsOf, LAMBDA_LINES_BYTES, RECORD_BYTES } from '../../../../cli/cost/per-image.ts';
import { TIMING } from '../../../../client/live/timing.ts';
import { sharp } from '../../../../core/image/sharp-setup.ts';
import { SCHEDULES } from '../../../../core/names.ts';
import { findRecipe, recipeBook } from '../../../../core/recipe.ts';
import { readConfig } from '../../../../lib/config/read-config.ts';
import { type Deployment, loadSources, startDeployment } from '../../../support/lambdas/deployment.ts';
import { invocationContext } from '../../../support/lambdas/events.ts';
import { smallJpeg } from '../../../support/programs.ts';
import { all, synthesise, type Template } from '../../../support/synthesise.ts';
import { type Observed, observe } from './cost-observer.ts';

/** DynamoDB adds this to every item, and to every entry of an index. */
const ITEM_OVERHEAD = 100;
/** CloudWatch Logs counts this for every line. */
const LINE_OVERHEAD = 26;

describe('the requests of an image, counted for the real functions', () => {
  let deployment: Deployment;
  let photo: Buffer;
  const uploaded = new Map<string, Observed>();

  beforeAll(async () => {
    deployment = await startDeployment(loadSources);
    photo = await sharp(await smallJpeg(1, 480, 320))
      .withExif({ IFD0: { Make: 'Camera' } })
      .toBuffer();
  });
  afterEach(() => vi.restoreAllMocks());
  afterAll(() => deployment.close());

  /** What happens from the event of an upload to its completion message. */
  async function process(recipe: string): Promise<Observed> {
    const known = uploaded.get(recipe);
    if (known) return known;
    const { body, imageId } = await deployment.upload(`2026/11/${recipe}/DSC_0123.jpg`, photo, { recipe });
    await deployment.sendTo('ingest', body);
    const observed = observe();
    await deployment.drain();
    vi.restoreAllMocks();
    expect(await deployment.catalog.get(imageId)).toMatchObject({ state: 'COMPLETE' });
    uploaded.set(recipe, observed);
    return observed;
  }

  describe.each(['augment', 'original-size', 'thumbnail'])('%s', (name) => {
    const counts = countsOf(findRecipe(recipeBook({}), name).recipe);

    it('requests', async () => {
      const { commands } = await process(name);
      const {
        PutObject = 0,
        GetObject = 0,
        HeadObject = 0,
        SendMessageBatch = 0,
        Publish,
        ...others
      } = commands;
      expect({ writes: PutObject, reads: GetObject + HeadObject }).toEqual(counts.s3);
      // The first message is S3's own.
      expect(1 + SendMessageBatch).toBe(counts.sqs.sends);
      expect(others.DeleteMessage).toBe(counts.sqs.messages);
      expect(Publish).toBe(counts.snsPublishes);
      const { Get, Put, Update, DeleteMessage, ReceiveMessage, GetQueueAttributes, ...unknown } = others;
      expect(unknown).toEqual({});
    });

    it('units of DynamoDB', async () => {
      const { writeUnits, indexWriteUnits, readUnits } = await process(name);
      expect({ writeUnits, indexWriteUnits, readUnits }).toEqual(counts.dynamoDb);
    });

    it('bytes of logs', async () => {
      const { lines } = await process(name);
      const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + LINE_OVERHEAD, 0);
      // In Lambda names are longer, and every line has the id of its trace.
      expect(counts.logBytes / bytes).toBeGreaterThan(1);
      expect(counts.logBytes / bytes).toBeLessThan(1.25);
    });
  });

  it('the record of the default recipe', async () => {
    const { itemBytes } = await process('augment');
    const entryOfRecipe = ITEM_OVERHEAD + 64 + 'imageId'.length + 'entrycurrent'.length + 60;
    expect(RECORD_BYTES / (itemBytes + ITEM_OVERHEAD + entryOfRecipe)).toBeGreaterThan(0.98);
    expect(RECORD_BYTES / (itemBytes + ITEM_OVERHEAD + entryOfRecipe)).toBeLessThan(1.1);
  });

  it('metrics: those of an image, and those of the scheduled functions', async () => {
    const observed = await process('augment');
    const { lines } = await callSchedules('sweeper', 'reconciler');
    const figures = [SCHEDULES.sweeper, SCHEDULES.reconciler].flatMap((schedule) => [...schedule.figures]);
    expect(metricsIn(lines).size).toBe(figures.length);
    const others = Object.values(SCHEDULES).flatMap((schedule) => [...schedule.figures]).length;
    expect(metricsIn(observed.lines).size + others).toBe(STANDING.customMetrics);
  });

  it('a sweep that finds nothing', async () => {
    await process('augment');
    await process('thumbnail');
    const { commands, lines } = await callSchedules('sweeper');
    expect(commands).toEqual({
      Query: 2 * STANDING.readUnitsOfSweep,
      GetQueueAttributes: STANDING.sqsRequestsOfSweep,
    });
    const bytes = lines.reduce((sum, line) => sum + line.length + LINE_OVERHEAD, LAMBDA_LINES_BYTES);
    expect(STANDING.logBytesOfCall / bytes).toBeGreaterThan(0.95);
    expect(STANDING.logBytesOfCall / bytes).toBeLessThan(1.25);
  });

  async function callSchedules(...names: ('sweeper' | 'reconciler')[]): Promise<Observed> {
    const observed = observe();
    for (const name of names) await deployment.functions[name]({}, invocationContext(name));
    vi.restoreAllMocks();
    return observed;
  }
});

/** Every metric by its name and the names of its dimensions, which is how CloudWatch counts and charges them. */
function metricsIn(lines: readonly string[]): Set<string> {
  const metrics = new Set<string>();
  for (const line of lines) {
    const { _aws: emf } = JSON.parse(line) as {
      _aws?: { CloudWatchMetrics: { Dimensions: string[][]; Metrics: { Name: string }[] }[] };
    };
    for (const { Dimensions, Metrics } of emf?.CloudWatchMetrics ?? []) {
      for (const { Name } of Metrics) {
        for (const dimensions of Dimensions) metrics.add(`${Name} by ${dimensions}`);
      }
    }
  }
  return metrics;
}

/** The minutes of `rate(5 minutes)`, `rate(1 hour)` or `rate(1 day)`. */
function minutesOf(rate: string): number {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(rate) ?? [];
  return Number(count) * ({ minute: 1, hour: 60, day: 24 * 60 }[unit] ?? Number.NaN);
}

describe('what a deployment uses without uploads', () => {
  let template: Template;
  beforeAll(() => {
    template = synthesise();
  });

  it('queues and dashboards', () => {
    expect(all(template, 'AWS::SQS::Queue')).toHaveLength(STANDING.queues);
    expect(all(template, 'AWS::CloudWatch::Dashboard')).toHaveLength(STANDING.dashboards);
  });

  it('metrics that alarms watch', () => {
    const metrics = all(template, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => {
      const queries = Properties.Metrics as { Expression?: string }[] | undefined;
      if (!queries) return 1;
      const hasBand = queries.some(({ Expression }) => Expression?.startsWith('ANOMALY_DETECTION_BAND'));
      return hasBand ? 3 : queries.filter(({ Expression }) => Expression === undefined).length;
    });
    expect(metrics.reduce((sum, count) => sum + count, 0)).toBe(STANDING.alarmMetrics);
  });

  it('schedules', () => {
    const calls = all(template, 'AWS::Events::Rule').map(
      ([, { Properties }]) => (30.4 * 24 * 60) / minutesOf(String(Properties.ScheduleExpression)),
    );
    expect(calls).toHaveLength(Object.keys(SCHEDULES).length);
    expect(STANDING.scheduledCalls).toBeCloseTo(
      calls.reduce((sum, count) => sum + count, 0),
      -2,
    );
    const memory = all(template, 'AWS::Lambda::Function')
      .filter(([id]) =>
        Object.keys(SCHEDULES).some((worker) => new RegExp(`^(http)?${worker}`, 'i').test(id)),
      )
      .map(([, { Properties }]) => Properties.MemorySize);
    expect(memory).toEqual(Object.keys(SCHEDULES).map(() => STANDING.scheduledMemoryMb));
  });

  it('the API: memory of its functions, and times of the client', () => {
    const memory = Object.fromEntries(
      all(template, 'AWS::Lambda::Function').map(([id, { Properties }]) => [id, Properties.MemorySize]),
    );
    expect(memory).toMatchObject({
      HttpApiWorkerFunction: OUTER.apiMemoryMb,
      HttpLiveWorkerFunction: OUTER.liveMemoryMb,
    });
    expect({ heartbeatEveryS: TIMING.pingEveryMs / 1000, renewAfterS: TIMING.renewAfterMs / 1000 }).toEqual(
      CLIENT,
    );
  });

  it('the defaults of the configuration', () => {
    const { maxPixels, maxBytes, ...config } = readConfig(() => undefined);
    const { maxMegapixels, maxMb, intermediateNoncurrentDays, ...defaults } = DEFAULTS;
    expect(config).toMatchObject(defaults);
    expect([Math.floor(maxPixels / 1e6), Math.floor(maxBytes / 1e6)]).toEqual([maxMegapixels, maxMb]);
    const rules = JSON.stringify(all(template, 'AWS::S3::Bucket'));
    expect(rules).toContain(`"NoncurrentVersionExpiration":{"NoncurrentDays":${intermediateNoncurrentDays}}`);
  });
});
