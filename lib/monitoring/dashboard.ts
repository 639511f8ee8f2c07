import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  type GraphWidgetProps,
  type IMetric,
  type IWidget,
  PeriodOverride,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { TIMED_STEPS } from '../../core/metrics.ts';
import { recipeBook } from '../../core/recipe.ts';
import { listQueues } from '../workers/task-queue.ts';
import type { Alarms } from './alarms.ts';
import { EDGE_REGION, edgeMetric } from './edge-alarms.ts';
import { functionsOf } from './function-alarms.ts';
import type { PipelineMetrics } from './pipeline-metrics.ts';
import { messagesIn } from './queue-alarms.ts';
import { bucketBytes } from './storage-alarms.ts';
import type { Watched } from './watched.ts';

/** Three widgets fill a row of 24 columns. */
const WIDTH = 8;
const HEIGHT = 6;
const HOURLY = Duration.hours(1);

/** CloudWatch's limit for one widget. A deployment exceeds it only with dozens of recipes. */
const MAX_ALARMS = 100;

interface DashboardProps {
  watched: Watched;
  metrics: PipelineMetrics;
  alarms: Alarms;
  name: string;
}

/** One page about the state of a deployment: alarms, images, quality, time, queues, storage, functions. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, { watched, metrics, alarms, name }: DashboardProps) {
    super(scope, id);
    new CloudWatchDashboard(this, 'Dashboard', {
      dashboardName: name,
      defaultInterval: Duration.days(1),
      periodOverride: PeriodOverride.INHERIT,
      widgets: [
        overview(watched, alarms, name),
        images(metrics),
        quality(watched, metrics),
        time(metrics),
        queues(watched),
        functions(watched),
        outside(watched),
        edge(watched),
      ],
    });
  }
}

function overview({ config }: Watched, alarms: Alarms, stackName: string): IWidget[] {
  // A path in the repository is no link in the console.
  const isAddress = URL.canParse(config.runbookUrl);
  const runbook = isAddress ? `[runbook](${config.runbookUrl})` : `runbook, ${config.runbookUrl}`;
  const markdown = [
    `# ${stackName}`,
    `Every alarm has its section in the ${runbook}.`,
    '',
    `- Queues, functions, errors: \`npm run -s darkroom -- status --stack ${stackName} --watch\``,
    `- What failed and why: \`npm run -s darkroom -- failed list --stack ${stackName}\``,
  ];
  return [
    new TextWidget({ markdown: markdown.join('\n'), width: WIDTH, height: HEIGHT }),
    new AlarmStatusWidget({
      title: 'Alarms',
      alarms: alarms.all.slice(0, MAX_ALARMS),
      width: 2 * WIDTH,
      height: HEIGHT,
    }),
  ];
}

function images(metrics: PipelineMetrics): IWidget[] {
  return [
    graph('Images', [metrics.of('completed'), metrics.of('rejected'), metrics.of('failed')], {
      stacked: true,
    }),
    graph('Failures and repairs', [
      metrics.of('messagesFailed'),
      metrics.of('unprocessableMessages'),
      metrics.ofReport('sweeper', 'repaired'),
      metrics.ofReport('reconciler', 'ingested'),
    ]),
    graph('Bytes and outputs', [metrics.of('bytesIn'), metrics.of('bytesOut')], {
      right: [metrics.of('parts')],
    }),
  ];
}

function quality({ config }: Watched, metrics: PipelineMetrics): IWidget[] {
  const recipes = [...recipeBook(config.recipes, config.labels).keys()];
  const byRecipe = (name: 'encodeSsim' | 'encodePsnrDb' | 'detailSsim') =>
    recipes.map((recipe) =>
      metrics.ofQuality(name, recipe, { statistic: Stats.percentile(10), period: HOURLY, label: recipe }),
    );
  return [
    graph('SSIM of the encoding, p10', byRecipe('encodeSsim')),
    graph('PSNR of the encoding in dB, p10', byRecipe('encodePsnrDb')),
    graph('SSIM of the detail, p10', byRecipe('detailSsim')),
  ];
}

function time(metrics: PipelineMetrics): IWidget[] {
  const [half, most] = [Stats.percentile(50), Stats.percentile(90)];
  return [
    graph('An image in ms', [
      metrics.ofStep('total', { statistic: half, label: 'start to end, including waiting, p50' }),
      metrics.ofStep('total', { statistic: most, label: 'start to end, including waiting, p90' }),
      metrics.ofStep('compute', { statistic: half, label: 'work on pixels, all functions, p50' }),
    ]),
    graph(
      'Steps in ms, p90',
      TIMED_STEPS.filter((step) => step !== 'compute' && step !== 'total').map((step) =>
        metrics.ofStep(step, { statistic: most, label: step }),
      ),
      { width: 2 * WIDTH },
    ),
  ];
}

function queues({ queues, storage }: Watched): IWidget[] {
  const named = listQueues(queues);
  return [
    graph('Messages', [
      ...named.map(([label, { queue }]) => queue.metricApproximateNumberOfMessagesVisible({ label })),
      ...named.map(([name, { deadLetters }]) => messagesIn(name, deadLetters)),
    ]),
    graph(
      'Age of the oldest message in s',
      named.map(([label, { queue }]) => queue.metricApproximateAgeOfOldestMessage({ label })),
    ),
    graph(
      'Bytes in the buckets',
      [
        bucketBytes(storage.source).with({ label: 'source' }),
        bucketBytes(storage.processed).with({ label: 'processed' }),
      ],
      // There is one value a day, so the one day that the other graphs show would have no line.
      { start: '-P28D', end: 'PT0H' },
    ),
  ];
}

function functions({ workers }: Watched): IWidget[] {
  const statistic = Stats.MAXIMUM;
  const all = functionsOf(workers);
  return [
    graph(
      'Invocations',
      all.map(([label, worker]) => worker.function.metricInvocations({ label })),
    ),
    graph('Errors and throttles', [
      ...all.map(([name, worker]) => worker.function.metricErrors({ label: `${name} errors` })),
      ...all.map(([name, worker]) => worker.function.metricThrottles({ label: `${name} throttles` })),
    ]),
    graph(
      'Longest invocation in ms',
      all.map(([label, worker]) => worker.function.metricDuration({ statistic, label })),
    ),
  ];
}

function outside({ outside: { http, live } }: Watched): IWidget[] {
  const ofSockets = (metricName: string) =>
    live.stage.metric(metricName, { statistic: Stats.SUM, label: metricName });
  return [
    graph('Requests to the HTTP API', [
      http.api.metricCount({ statistic: Stats.SUM, label: 'all' }),
      http.api.metricClientError({ statistic: Stats.SUM, label: '4xx' }),
      http.api.metricServerError({ statistic: Stats.SUM, label: '5xx' }),
    ]),
    graph('Answer of the HTTP API in ms', [
      http.api.metricLatency({ statistic: Stats.percentile(50), label: 'p50' }),
      http.api.metricLatency({ statistic: Stats.percentile(95), label: 'p95' }),
    ]),
    graph('Live updates', ['ConnectCount', 'MessageCount', 'ExecutionError'].map(ofSockets)),
  ];
}

function edge({ outside: { hosting } }: Watched): IWidget[] {
  const region = EDGE_REGION;
  return [
    graph('Requests to CloudFront', [edgeMetric(hosting, 'Requests')], { region }),
    graph(
      'Errors of CloudFront in %',
      [edgeMetric(hosting, '4xxErrorRate'), edgeMetric(hosting, '5xxErrorRate')],
      { region, width: 2 * WIDTH },
    ),
  ];
}

function graph(title: string, left: IMetric[], more: GraphWidgetProps = {}): GraphWidget {
  return new GraphWidget({ title, left, width: WIDTH, height: HEIGHT, ...more });
}
