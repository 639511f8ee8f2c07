import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { METRICS, QUALITY_METRICS, stepMetric, TIMED_STEPS } from '../../core/metrics.ts';
import { WORKERS } from '../../core/names.ts';
import { OUTER_FUNCTIONS } from '../../docker/bundle.ts';
import { type Deployment, loadSources, startDeployment } from '../support/lambdas/deployment.ts';
import { invocationContext } from '../support/lambdas/events.ts';
import { all, one, ownFunctions, synthesise } from '../support/synthesise.ts';
import { alarmsOf, type MetricFacts, metricsOf, type Widget, widgetsOf } from './monitoring-template.ts';

/** A recipe that searches and one that keeps frames: they take steps that the built-in recipes do not. */
const RECIPES = {
  target: { output: { format: 'webp', targetSsim: 0.9 }, rotations: [] },
  frames: { animated: 'keep', output: { format: 'webp', quality: 80 }, rotations: [90] },
};

const dev = synthesise({ stage: 'dev', recipes: JSON.stringify(RECIPES) });
const alarms = alarmsOf(dev);
const widgets = widgetsOf(dev);
const watched = [...[...alarms.values()].flatMap(({ metrics }) => metrics), ...widgets.flatMap(metricsOf)];

/** One metric, whatever the order of its dimensions. */
function keyOf({ namespace, name, dimensions }: MetricFacts): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort()]);
}

/** A line of CloudWatch's embedded metric format, the values beside their description. */
interface EmfLine extends Record<string, unknown> {
  _aws: {
    CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }[];
  };
}

/** The metrics that CloudWatch extracts from a line. */
function reportedBy(line: EmfLine): MetricFacts[] {
  return line._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Metrics.flatMap(({ Name }) =>
      Dimensions.map((names) => ({
        namespace: Namespace,
        name: Name,
        dimensions: Object.fromEntries(names.map((name) => [name, String(line[name])])),
      })),
    ),
  );
}

function fieldsOf(line: object, prefix = ''): string[] {
  return Object.entries(line).flatMap(([name, value]) => [
    prefix + name,
    ...(typeof value === 'object' && value !== null ? fieldsOf(value, `${prefix}${name}.`) : []),
  ]);
}

/** The queries of the runbook. */
function queriesOfRunbook(): string[] {
  const runbook = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'runbook.md'), 'utf8');
  const blocks = [...runbook.matchAll(/^```\w*\n(.*?)^```$/gms)].map(([, block = '']) => block);
  return blocks.filter((block) => block.startsWith('filter '));
}

const WORDS_OF_QUERIES =
  /^(filter|fields|sort|stats|limit|like|and|or|by|as|desc|asc|ispresent|count|sum|avg|max|min|pct|bin|latest|m)$/;

/** The fields that a query needs, except those with an @, which CloudWatch adds. */
function fieldsIn(query: string): string[] {
  const bare = query.replace(/"[^"]*"|\/[^/]*\/|\bas \w+/g, '');
  const aliases = [...query.matchAll(/\bas (\w+)/g)].map(([, alias]) => alias);
  const words = bare.match(/@?[A-Za-z][\w.]*/g) ?? [];
  return words.filter(
    (word) => !word.startsWith('@') && !WORDS_OF_QUERIES.test(word) && !aliases.includes(word),
  );
}

describe('what is watched of the pipeline', () => {
  const ours = watched.filter(({ namespace }) => !namespace.startsWith('AWS/'));
  const reported: MetricFacts[] = [];
  /** Every field that a line has; nested ones as `error.message`. */
  const logged = new Set<string>();
  let deployment: Deployment;

  beforeAll(async () => {
    const take = (text: unknown) => {
      const line: Record<string, unknown> = JSON.parse(String(text));
      for (const name of fieldsOf(line)) logged.add(name);
      if ('_aws' in line) reported.push(...reportedBy(line as EmfLine));
    };
    for (const method of ['log', 'info', 'warn', 'error'] as const) {
      vi.spyOn(console, method).mockImplementation(take);
    }
    deployment = await startDeployment(
      async () => {
        const { Environment } = one(dev, 'AWS::Lambda::Function', 'PartsWorkerFunction');
        const { Variables } = Environment as { Variables: Record<string, string> };
        for (const name of ['POWERTOOLS_SERVICE_NAME', 'POWERTOOLS_METRICS_NAMESPACE']) {
          vi.stubEnv(name, Variables[name]);
        }
        return loadSources();
      },
      { recipes: RECIPES },
    );
    await useTheWholePipeline(deployment);
  });
  afterAll(async () => {
    vi.restoreAllMocks();
    await deployment.close();
  });

  it('is what the functions report: namespace, name and dimensions', () => {
    const there = new Set(reported.map(keyOf));
    const missing = ours.map(keyOf).filter((key) => !there.has(key));
    expect([...new Set(missing)]).toEqual([]);
    expect(new Set(ours.map(keyOf)).size).toBeGreaterThan(40);
  });

  it('has one namespace, which all functions use', () => {
    expect(new Set(ours.map(({ namespace }) => namespace))).toEqual(new Set(['Darkroom/dev']));
    const given = ownFunctions(dev).map(([, { Properties }]) => Properties.Environment);
    for (const environment of given) {
      expect(environment).toMatchObject({ Variables: { POWERTOOLS_METRICS_NAMESPACE: 'Darkroom/dev' } });
    }
  });

  it('has every field that the queries of the runbook need', () => {
    const queries = queriesOfRunbook();
    expect(queries.length).toBeGreaterThan(8);
    const missing = queries.map((query) => [query, fieldsIn(query).filter((field) => !logged.has(field))]);
    expect(missing).toEqual(queries.map((query) => [query, []]));
    expect(fieldsIn(queries[0] ?? '')).toEqual(['level', 'service', 'error.message']);
  });

  it('includes exactly the steps that the work on an image takes', () => {
    const names = new Set(reported.map(({ name }) => name).filter((name) => name.endsWith('Ms')));
    expect([...names].sort()).toEqual(TIMED_STEPS.map(stepMetric).sort());
  });
});

function pictureOf(background: string): Promise<Buffer> {
  return sharp({ create: { width: 20, height: 20, channels: 3, background } })
    .png()
    .toBuffer();
}

/** Completions of every recipe, a rejection, a failed message, a dead-letter message, an unprocessable message, both schedules. */
async function useTheWholePipeline(deployment: Deployment): Promise<void> {
  const gradient = Buffer.from(Array.from({ length: 60 * 40 * 3 }, (_, at) => (at * 7) % 256));
  const photo = await sharp(gradient, { raw: { width: 60, height: 40, channels: 3 } })
    .png()
    .toBuffer();
  const frames = await Promise.all(['#204060', '#c04020'].map(pictureOf));
  const animation = await sharp(frames, { join: { animated: true } })
    .webp({ lossless: true })
    .toBuffer();
  const recipes = [...alarms.keys()].flatMap((name) => /^quality-drift-(.+)$/.exec(name)?.[1] ?? []);
  for (const recipe of recipes) {
    const content = recipe === 'frames' ? animation : photo;
    const { body } = await deployment.upload(`${recipe}.png`, content, { recipe });
    await deployment.sendTo('ingest', body);
  }
  const text = await deployment.upload('no image.jpg', Buffer.from('text'));
  await deployment.sendTo('ingest', text.body);
  await deployment.drain();

  const abandoned = await deployment.upload('abandoned.jpg', photo);
  await deployment.sendTo('deadIngest', abandoned.body);
  await deployment.sendTo('deadIngest', 'nobody can read this');
  await deployment.deliver('deadIngest');
  await deployment.sendTo('ingest', 'nor this');
  await deployment.deliver('ingest');
  await deployment.functions.sweeper({}, invocationContext('sweeper'));
  await deployment.functions.reconciler({}, invocationContext('reconciler'));
}

/** The metrics that AWS reports, and the type of resource that the dimension names. */
const REPORTED: Record<string, { dimension: string; type: string; names: string[] }> = {
  'AWS/Lambda': {
    dimension: 'FunctionName',
    type: 'AWS::Lambda::Function',
    names: ['Invocations', 'Errors', 'Throttles', 'Duration'],
  },
  'AWS/SQS': {
    dimension: 'QueueName',
    type: 'AWS::SQS::Queue',
    names: [
      'ApproximateAgeOfOldestMessage',
      'ApproximateNumberOfMessagesVisible',
      'ApproximateNumberOfMessagesNotVisible',
    ],
  },
  'AWS/ApiGateway': {
    dimension: 'ApiId',
    type: 'AWS::ApiGatewayV2::Api',
    names: ['Count', '4xx', '5xx', 'Latency', 'ConnectCount', 'MessageCount', 'ExecutionError'],
  },
  'AWS/CloudFront': {
    dimension: 'DistributionId',
    type: 'AWS::CloudFront::Distribution',
    names: ['Requests', '4xxErrorRate', '5xxErrorRate'],
  },
  'AWS/S3': { dimension: 'BucketName', type: 'AWS::S3::Bucket', names: ['BucketSizeBytes'] },
};

describe('what is watched of AWS', () => {
  const ofAws = watched.filter(({ namespace }) => namespace.startsWith('AWS/'));

  it('is reported by AWS, of resources of this stack', () => {
    expect(ofAws.length).toBeGreaterThan(50);
    for (const { namespace, name, dimensions } of ofAws) {
      const { dimension = '', type, names } = REPORTED[namespace] ?? {};
      expect(names).toContain(name);
      const { [dimension]: resource = '', ...others } = dimensions;
      const ids = all(dev, type ?? '').map(([id]) => `{${id}}`);
      expect(ids).toContain(resource);
      // S3 reports a size only by storage class, API Gateway sockets only by stage, CloudFront only for all the world.
      const more =
        { 'AWS/S3': { StorageType: 'StandardStorage' }, 'AWS/CloudFront': { Region: 'Global' } }[namespace] ??
        {};
      expect(others).toEqual(resource === '{HttpLiveApi}' ? { Stage: 'live' } : more);
    }
  });

  it.each([
    ['AWS::Lambda::Function', WORKERS.length + OUTER_FUNCTIONS.length],
    ['AWS::ApiGatewayV2::Api', 2],
    ['AWS::SQS::Queue', 6],
    ['AWS::S3::Bucket', 2],
    ['AWS::CloudFront::Distribution', 1],
  ])('is every %s', (type, count) => {
    // A deployment fails with the upload of the app, and nobody else uses its function and its bucket.
    const ids = all(dev, type)
      .map(([id]) => `{${id}}`)
      .filter((id) => !/^\{(CustomCDK|HttpAppBucket)/.test(id));
    expect(ids).toHaveLength(count);
    const seen = new Set(ofAws.flatMap(({ dimensions }) => Object.values(dimensions)));
    expect(ids.filter((id) => !seen.has(id))).toEqual([]);
  });
});

describe('the dashboard', () => {
  const title = ({ type, properties }: Widget) => properties.title ?? type;

  it('shows every alarm, and says where to read on', () => {
    const [text, status] = widgets;
    expect(text?.properties.markdown).toContain('runbook, docs/runbook.md.');
    expect(text?.properties.markdown).toContain('status --stack Darkroom-dev --watch');
    expect(status?.type).toBe('alarm');
    expect(status?.properties.alarms).toHaveLength(alarms.size);
    expect(status?.properties.alarms?.length).toBeLessThanOrEqual(100);
  });

  it('has its widgets side by side within 24 columns, without overlaps', () => {
    const cells = new Map<string, string>();
    for (const widget of widgets) {
      expect(widget.x + widget.width).toBeLessThanOrEqual(24);
      for (let x = widget.x; x < widget.x + widget.width; x++) {
        for (let y = widget.y; y < widget.y + widget.height; y++) {
          expect([title(widget), cells.get(`${x} ${y}`)]).toEqual([title(widget), undefined]);
          cells.set(`${x} ${y}`, title(widget));
        }
      }
    }
    // And without gaps.
    expect(cells.size).toBe(24 * Math.max(...widgets.map(({ y, height }) => y + height)));
  });

  it('gives each line of a graph its own label, and each expression its own ids', () => {
    for (const widget of widgets.filter(({ type }) => type === 'metric')) {
      const options = (widget.properties.metrics ?? []).map((row) => row.at(-1));
      const labels = options.flatMap((option) =>
        typeof option === 'object' && option.label !== undefined ? [option.label] : [],
      );
      expect([title(widget), new Set(labels).size]).toEqual([title(widget), labels.length]);
      expect(labels.length).toBeGreaterThan(0);
    }
  });

  it('reads the metrics of CloudFront where it reports them', () => {
    const edge = widgets.filter((widget) =>
      metricsOf(widget).some(({ namespace }) => namespace === 'AWS/CloudFront'),
    );
    expect(edge).toHaveLength(2);
    for (const { properties } of edge) {
      expect(properties.region).toBe('us-east-1');
      for (const row of properties.metrics ?? []) expect(row.at(-1)).toMatchObject({ region: 'us-east-1' });
    }
  });

  it('shows every step and every business metric', () => {
    const shown = widgets.flatMap(metricsOf).filter(({ namespace }) => namespace === 'Darkroom/dev');
    const names = new Set(shown.map(({ name }: MetricFacts) => name));
    const { detailPsnrDb: _, ...quality } = QUALITY_METRICS;
    const expected = [...Object.values(METRICS), ...Object.values(quality), ...TIMED_STEPS.map(stepMetric)];
    expect(expected.filter((name) => !names.has(name))).toEqual([]);
  });
});
