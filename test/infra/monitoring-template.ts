import { all, readable, type Template } from '../support/synthesise.ts';

/** A metric of an alarm or the dashboard; resources in the values as `{Id}`. */
export interface MetricFacts {
  namespace: string;
  name: string;
  dimensions: Record<string, string>;
}

export interface AlarmFacts {
  name: string;
  description: string;
  /** Of the operations topic, as `{Id}`. */
  actions: string[];
  isEnabled: boolean;
  threshold: number | undefined;
  operator: string;
  expression: string | undefined;
  metrics: MetricFacts[];
  statistics: string[];
  periodS: number | undefined;
  evaluationPeriods: number;
  datapointsToAlarm: number;
  missing: string;
}

interface MetricStat {
  Metric: { Namespace: string; MetricName: string; Dimensions: { Name: string; Value: unknown }[] };
  Period: number;
  Stat: string;
}

/** The alarms of the stack by name, without the stack's name. */
export function alarmsOf(template: Template): Map<string, AlarmFacts> {
  const info = all(template, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) =>
    alarmFacts(Properties, template),
  );
  return new Map(info.map((alarm) => [alarm.name, alarm]));
}

function alarmFacts(properties: Record<string, unknown>, template: Template): AlarmFacts {
  const queries = (properties.Metrics ?? []) as { Expression?: string; MetricStat?: MetricStat }[];
  const stats = properties.MetricName
    ? [{ Metric: properties, Period: properties.Period, Stat: statisticOf(properties) } as MetricStat]
    : queries.flatMap(({ MetricStat }) => MetricStat ?? []);
  const { EvaluationPeriods, DatapointsToAlarm } = properties as Record<string, number>;
  return {
    name: String(properties.AlarmName).replace(/^Darkroom-(dev|staging|prod)-/, ''),
    description: readable(properties.AlarmDescription, template),
    actions: ((properties.AlarmActions ?? []) as unknown[]).map((action) => readable(action, template)),
    isEnabled: properties.ActionsEnabled !== false,
    threshold: properties.Threshold as number | undefined,
    operator: String(properties.ComparisonOperator),
    expression: queries.find(({ Expression }) => Expression)?.Expression,
    metrics: stats.map(({ Metric }) => ({
      namespace: Metric.Namespace,
      name: Metric.MetricName,
      dimensions: Object.fromEntries(
        Metric.Dimensions.map(({ Name, Value }) => [Name, readable(Value, template)]),
      ),
    })),
    statistics: stats.map(({ Stat }) => Stat),
    periodS: stats[0]?.Period,
    evaluationPeriods: EvaluationPeriods ?? 0,
    datapointsToAlarm: DatapointsToAlarm ?? EvaluationPeriods ?? 0,
    missing: String(properties.TreatMissingData),
  };
}

function statisticOf({ Statistic, ExtendedStatistic }: Record<string, unknown>): unknown {
  return Statistic ?? ExtendedStatistic;
}

export interface Widget {
  type: string;
  x: number;
  y: number;
  width: number;
  height: number;
  properties: {
    title?: string;
    markdown?: string;
    region?: string;
    alarms?: string[];
    metrics?: (string | { expression?: string; label?: string; region?: string })[][];
  };
}

export function widgetsOf(template: Template): Widget[] {
  const [dashboard, ...more] = all(template, 'AWS::CloudWatch::Dashboard');
  if (!dashboard || more.length > 0) throw new Error(`expected one dashboard, found ${1 + more.length}`);
  const { widgets } = JSON.parse(readable(dashboard[1].Properties.DashboardBody, template));
  return widgets;
}

/** The metrics of a widget: `[namespace, name, dimension, value, …, options]` each, and no expressions. */
export function metricsOf({ properties }: Widget): MetricFacts[] {
  return (properties.metrics ?? []).flatMap((row) => {
    const [namespace, name, ...pairs] = row.filter((cell) => typeof cell === 'string');
    if (namespace === undefined || name === undefined) return [];
    const dimensions: Record<string, string> = {};
    for (let at = 0; at + 1 < pairs.length; at += 2) dimensions[pairs[at] ?? ''] = pairs[at + 1] ?? '';
    return [{ namespace, name, dimensions }];
  });
}
