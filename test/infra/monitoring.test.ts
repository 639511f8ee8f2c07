import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { QUEUES, WORKERS, type WorkerName } from '../../core/names.ts';
import { recipeBook } from '../../core/recipe.ts';
import { LABEL_FUNCTIONS, OUTER_FUNCTIONS } from '../../docker/bundle.ts';
import {
  all,
  allowedBy,
  one,
  ownFunctions,
  readable,
  synthesise,
  type Template,
} from '../support/synthesise.ts';
import { constructOf } from './expected-workers.ts';
import { alarmsOf } from './monitoring-template.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');

const dev = synthesise({ stage: 'dev' });
const alarms = alarmsOf(dev);

/** With as many different settings as possible. */
const own = synthesise({
  stage: 'prod',
  encryption: 'customer-key',
  alarmEmail: 'ops@example.com',
  runbookUrl: 'https://wiki.example.com/darkroom',
  queueDepthAlarm: 500,
  rejectedShareAlarmPercent: 5,
  bucketSizeAlarmGb: 3,
  retentionDays: 1,
  functionTimeoutS: 100,
  visibilityTimeoutS: 700,
  workTimeoutS: 90,
  monthlyBudgetUsd: 50,
  budgetCovers: 'deployment',
  region: 'us-east-1',
  domainName: 'photos.example.com',
  hostedZoneName: 'example.com',
  hostedZoneId: 'Z0123456789ABC',
  recipes: JSON.stringify({ web: { output: { format: 'webp', targetSsim: 0.95 } } }),
});
const ownAlarms = alarmsOf(own);

const TOPIC = '{MonitoringOperationsTopic}';

const runbook = readFileSync(join(REPOSITORY, 'docs', 'runbook.md'), 'utf8');

/** The sections of one part of the runbook, by their headings. */
function sectionsOf(part: string): Map<string, string> {
  const text = runbook.split(/^## /m).find((each) => each.startsWith(`${part}\n`)) ?? '';
  const sections = text.split(/^### /m).slice(1);
  return new Map(sections.map((section) => [section.slice(0, section.indexOf('\n')), section]));
}

/** Sections of the runbook that the alarms' descriptions link. */
function linkedSections(): string[] {
  const every = [...alarms.values(), ...ownAlarms.values()];
  const sections = every.map(({ description }) => /#([a-z-]+)$/.exec(description)?.[1] ?? '');
  return [...new Set(sections)].sort();
}

describe('every alarm', () => {
  it('publishes to the operations topic, and is enabled', () => {
    expect(alarms.size).toBeGreaterThan(25);
    for (const { name, actions, isEnabled } of alarms.values()) {
      expect([name, actions, isEnabled]).toEqual([name, [TOPIC], true]);
    }
  });

  it('says what it means, and links its section of the runbook', () => {
    for (const { description } of alarms.values()) {
      expect(description).toMatch(/^[A-Z0-9].+\. What to do: docs\/runbook\.md#[a-z-]+$/);
    }
    for (const { description } of ownAlarms.values()) {
      expect(description).toMatch(/ https:\/\/wiki\.example\.com\/darkroom#[a-z-]+$/);
    }
  });

  it('has its section in the runbook, which has no others', () => {
    const sections = sectionsOf('Alarms');
    // The notices of Budgets contain no link.
    expect([...sections.keys()].sort()).toEqual([...linkedSections(), 'budget'].sort());
    for (const section of sections.values()) {
      expect(section).toMatch(/\*\*Means\*\*.*\*\*See\*\*.*\*\*Do\*\*/s);
    }
  });

  it('watches one resource: a sum has no value if one of its parts has none', () => {
    for (const { name, metrics } of alarms.values()) {
      const resources = metrics.map(({ namespace, dimensions }) => JSON.stringify([namespace, dimensions]));
      expect([name, new Set(resources).size]).toEqual([name, 1]);
    }
  });
});

describe('the runbook', () => {
  it('has a section for every function, and no broken link', () => {
    expect([...sectionsOf('Functions').keys()]).toEqual([...WORKERS, ...LABEL_FUNCTIONS, ...OUTER_FUNCTIONS]);
    const headings = [...runbook.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
    const links = [...runbook.matchAll(/\]\(#([^)]+)\)/g)].map(([, section = '']) => section);
    expect(links.length).toBeGreaterThan(5);
    expect(links.filter((link) => !headings.includes(link))).toEqual([]);
  });
});

describe('alarms of functions', () => {
  it.each(WORKERS)('%s: errors, throttles, and time near its limit', (worker) => {
    const of = (kind: string) => alarms.get(`function-${kind}-${worker}`);
    expect(of('errors')?.metrics[0]?.name).toBe('Errors');
    expect(of('throttles')?.metrics[0]?.name).toBe('Throttles');
    expect(of('duration')?.metrics[0]?.name).toBe('Duration');
    for (const kind of ['errors', 'throttles', 'duration']) {
      const [metric] = of(kind)?.metrics ?? [];
      expect(metric?.dimensions).toEqual({ FunctionName: `{${functionIdOf(worker)}}` });
    }
    const { Timeout } = one(dev, 'AWS::Lambda::Function', functionIdOf(worker));
    expect(of('duration')?.threshold).toBeLessThan(Number(Timeout) * 1000);
    expect(of('duration')?.threshold).toBeGreaterThan(Number(Timeout) * 500);
    expect(of('duration')?.statistics).toEqual(['Maximum']);
  });

  it('exist for every function', () => {
    const functions = ownFunctions(own).map(([id]) => `{${id}}`);
    expect(functions).toHaveLength(WORKERS.length + OUTER_FUNCTIONS.length);
    for (const kind of ['errors', 'throttles', 'duration']) {
      const alarmsOfKind = [...ownAlarms.values()].filter(({ name }) => name.startsWith(`function-${kind}-`));
      const watched = alarmsOfKind.map(({ metrics }) => metrics[0]?.dimensions.FunctionName);
      expect(watched.toSorted()).toEqual(functions.toSorted());
    }
  });

  it('use the time limits of the configuration', () => {
    expect(ownAlarms.get('function-duration-parts')?.threshold).toBe(80_000);
    // An image that takes longer than that is rejected.
    expect(ownAlarms.get('function-duration-processor')?.threshold).toBe(72_000);
  });

  it('ignore one poison image, which crashes its function three times', () => {
    for (const worker of ['processor', 'parts']) {
      const { threshold, statistics } = alarms.get(`function-errors-${worker}`) ?? {};
      expect(statistics).toEqual(['Sum']);
      expect(threshold).toBeGreaterThan(3);
    }
  });

  function functionIdOf(worker: WorkerName): string {
    return `${constructOf(worker)}Function`;
  }
});

describe('alarms of queues', () => {
  it.each(QUEUES.filter((name) => name !== 'labels'))(
    '%s: age, depth, and dead-letter messages that stay',
    (queue) => {
      expect(alarms.get(`queue-age-${queue}`)).toMatchObject({ threshold: 86_400, statistics: ['Maximum'] });
      expect(alarms.get(`queue-depth-${queue}`)).toMatchObject({ threshold: 10_000, evaluationPeriods: 12 });
      const [work] = alarms.get(`queue-age-${queue}`)?.metrics ?? [];
      const { RedrivePolicy } = one(dev, 'AWS::SQS::Queue', work?.dimensions.QueueName?.slice(1, -1) ?? '');
      const { deadLetterTargetArn } = RedrivePolicy as { deadLetterTargetArn: unknown };
      const dead = alarms.get(`dead-letters-${queue}`);
      // A message on which the recorder fails is hidden most of the time.
      expect(dead?.metrics).toEqual(
        ['ApproximateNumberOfMessagesVisible', 'ApproximateNumberOfMessagesNotVisible'].map((name) => ({
          namespace: 'AWS/SQS',
          name,
          dimensions: { QueueName: readable(deadLetterTargetArn, dev) },
        })),
      );
      expect(dead).toMatchObject({
        threshold: 1,
        periodS: 300,
        evaluationPeriods: 12,
        datapointsToAlarm: 12,
      });
    },
  );

  it('go off long before SQS deletes a message, and at the depth that is configured', () => {
    const [queue] = all(own, 'AWS::SQS::Queue').filter(([id]) => id === 'ProcessorIngestQueue');
    expect(queue?.[1].Properties.MessageRetentionPeriod).toBe(86_400);
    expect(ownAlarms.get('queue-age-ingest')?.threshold).toBe(43_200);
    expect(ownAlarms.get('queue-age-ingest')?.description).toContain('for 12 hours; SQS deletes it after 24');
    expect(ownAlarms.get('queue-depth-parts')?.threshold).toBe(500);
  });
});

describe('alarms of outcomes', () => {
  it('go off at the first failure, unprocessable message or missed upload', () => {
    const watched = ['failures', 'unprocessable-messages', 'uploads-missed'].map((name) => {
      const { metrics = [], threshold, statistics, evaluationPeriods } = alarms.get(name) ?? {};
      return [metrics[0]?.name, threshold, statistics, evaluationPeriods];
    });
    expect(watched).toEqual([
      ['ImagesFailed', 1, ['Sum'], 1],
      ['UnprocessableMessages', 1, ['Sum'], 1],
      ['ReconcilerIngested', 1, ['Sum'], 1],
    ]);
  });

  it.each([
    { completed: 90, rejected: 10, failed: 0, percent: 10 },
    { completed: 10, rejected: 6, failed: 4, percent: 30 },
    // Of so few images, a share means nothing.
    { completed: 10, rejected: 9, failed: 0, percent: 0 },
  ])(
    'calculate the rejected share: $completed, $rejected, $failed make $percent %',
    ({ percent, ...counts }) => {
      const { expression = '', threshold } = alarms.get('rejected-share') ?? {};
      const [, condition, share] = /^IF\((.+), (.+), 0\)$/.exec(expression) ?? [];
      const calculate = new Function(...Object.keys(counts), `return ${condition} ? ${share} : 0`);
      expect(calculate(...Object.values(counts))).toBe(percent);
      expect(threshold).toBe(20);
      expect(ownAlarms.get('rejected-share')?.threshold).toBe(5);
    },
  );

  it('watch the p10 of the SSIM of every recipe for a fall below its usual range', () => {
    for (const [found, recipes] of [
      [alarms, recipeBook()],
      [ownAlarms, recipeBook({ web: {} })],
    ] as const) {
      const drift = [...found.values()].filter(({ name }) => name.startsWith('quality-drift-'));
      expect(drift.map(({ metrics }) => metrics[0]?.dimensions)).toEqual(
        [...recipes.keys()].map((recipe) => ({ service: 'darkroom', recipe })),
      );
      for (const alarm of drift) {
        expect(alarm).toMatchObject({ statistics: ['p10'], operator: 'LessThanLowerThreshold' });
        expect(alarm.expression).toMatch(/^ANOMALY_DETECTION_BAND\(m0, 3\)$/);
        expect(alarm.metrics[0]?.name).toBe('EncodeSsim');
      }
    }
  });
});

describe('the alarm of the app', () => {
  it('watches CloudFront where it reports, in us-east-1, and is nowhere else', () => {
    expect(ownAlarms.get('app-errors')).toMatchObject({
      threshold: 5,
      statistics: ['Average'],
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      metrics: [
        {
          namespace: 'AWS/CloudFront',
          name: '5xxErrorRate',
          dimensions: { DistributionId: '{HttpAppDistribution}', Region: 'Global' },
        },
      ],
    });
    expect([...alarms.keys()]).not.toContain('app-errors');
  });
});

describe('alarms of storage and costs', () => {
  it.each(['source', 'processed'])('ring when the %s bucket holds more than it may', (bucket) => {
    const name = `bucket-size-${bucket}`;
    expect(alarms.get(name)).toMatchObject({ threshold: 1e12, periodS: 86_400, missing: 'ignore' });
    expect(ownAlarms.get(name)?.threshold).toBe(3e9);
  });

  it('include the notices of the budget, if there is one', () => {
    expect(all(dev, 'AWS::Budgets::Budget')).toEqual([]);
    const [[, budget] = []] = all(own, 'AWS::Budgets::Budget');
    const { Budget, NotificationsWithSubscribers } = budget?.Properties ?? {};
    expect(Budget).toMatchObject({
      BudgetLimit: { Amount: 50, Unit: 'USD' },
      CostFilters: { TagKeyValue: ['user:deployment$Darkroom-prod'] },
    });
    const notices = NotificationsWithSubscribers as {
      Notification: { NotificationType: string; Threshold: number };
      Subscribers: { Address: unknown; SubscriptionType: string }[];
    }[];
    expect(notices.map(({ Notification: n }) => [n.NotificationType, n.Threshold])).toEqual([
      ['ACTUAL', 80],
      ['ACTUAL', 100],
      ['FORECASTED', 100],
    ]);
    for (const { Subscribers } of notices) {
      const subscribers = Subscribers.map((each) => [each.SubscriptionType, readable(each.Address, own)]);
      expect(subscribers).toEqual([['SNS', TOPIC]]);
    }
  });
});

describe('the operations topic', () => {
  const statementsOf = (template: Template) =>
    (
      one(template, 'AWS::SNS::TopicPolicy', 'MonitoringOperationsTopicPolicy').PolicyDocument as {
        Statement: { Effect: string; Principal: { Service?: string[] } }[];
      }
    ).Statement;

  it('lets CloudWatch and Budgets of this account publish, and nobody else', () => {
    const allowed = statementsOf(dev).filter(({ Effect }) => Effect === 'Allow');
    expect(allowed.map(({ Principal }) => Principal.Service)).toEqual([
      ['budgets.amazonaws.com', 'cloudwatch.amazonaws.com'],
    ]);
    const condition = JSON.stringify({ StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } });
    const policy = one(dev, 'AWS::SNS::TopicPolicy', 'MonitoringOperationsTopicPolicy').PolicyDocument;
    expect(allowedBy(policy, dev)).toEqual([`sns:Publish ${TOPIC} if ${condition}`]);
  });

  it("has no key of AWS's own, which CloudWatch may not use; the customer's key admits it", () => {
    expect(one(dev, 'AWS::SNS::Topic', 'MonitoringOperationsTopic')).not.toHaveProperty('KmsMasterKeyId');
    const { KmsMasterKeyId } = one(own, 'AWS::SNS::Topic', 'MonitoringOperationsTopic');
    expect(readable(KmsMasterKeyId, own)).toBe('{CustomerKey}');
    const { KeyPolicy } = one(own, 'AWS::KMS::Key', 'CustomerKey');
    const { Statement } = KeyPolicy as {
      Statement: { Action: string[]; Principal: { Service?: unknown } }[];
    };
    for (const service of ['cloudwatch.amazonaws.com', 'budgets.amazonaws.com']) {
      const actions = Statement.flatMap(({ Action, Principal }) =>
        [Principal.Service].flat().includes(service) ? Action : [],
      );
      expect([service, actions.toSorted()]).toEqual([service, ['kms:Decrypt', 'kms:GenerateDataKey*']]);
    }
  });

  it('sends e-mails to the configured address', () => {
    const mails = (template: Template) =>
      all(template, 'AWS::SNS::Subscription')
        .map(([, { Properties }]) => Properties)
        .filter(({ Protocol }) => Protocol === 'email');
    expect(mails(dev)).toEqual([]);
    expect(mails(own)).toMatchObject([{ Protocol: 'email', Endpoint: 'ops@example.com' }]);
  });
});
