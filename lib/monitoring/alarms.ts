import { Stack } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmProps,
  AnomalyDetectionAlarm,
  ComparisonOperator,
  type IMetric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

interface AlarmsProps {
  /** Where the runbook can be read. */
  runbookUrl: string;
  topic: ITopic;
}

/** What an alarm is about, for the person it wakes. */
interface Subject {
  /** The heading of its section in docs/runbook.md. */
  section: string;
  /** The function, queue, bucket or recipe, if the section is about several. */
  of?: string;
  /** One sentence. */
  means: string;
}

/** An alarm goes off when `datapointsToAlarm` (default: all) of the last `evaluationPeriods` values breach the threshold. */
interface Watch {
  metric: IMetric;
  evaluationPeriods?: number;
  datapointsToAlarm?: number;
  /** How a missing value counts. By default all is well, because there are no values while nobody uploads. */
  treatMissingData?: TreatMissingData;
}

/**
 * The alarms of a deployment. Each publishes to the operations topic, and its description links its section of the
 * runbook.
 *
 * Each watches the metrics of one resource. A sum over several resources has no value while one of them has none, and
 * would then hide the others.
 */
export class Alarms extends Construct {
  readonly all: Alarm[] = [];
  private readonly props: AlarmsProps;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.props = props;
  }

  /** Adds an alarm for a value that reaches a threshold. */
  whenAtLeast(subject: Subject, threshold: number, watch: Watch): void {
    const comparisonOperator = ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD;
    const props = { ...this.described(subject, watch), threshold, comparisonOperator };
    this.add(new Alarm(this, idOf(subject), props));
  }

  /**
   * Adds an alarm for a value that falls below its usual range. CloudWatch learns the range, with its daily and weekly
   * patterns. Until it has enough values, the alarm stays silent.
   *
   * @param stdDevs half the height of the range, in standard deviations
   */
  whenBelowUsual(subject: Subject, stdDevs: number, watch: Watch): void {
    const comparisonOperator = ComparisonOperator.LESS_THAN_LOWER_THRESHOLD;
    const props = { ...this.described(subject, watch), stdDevs, comparisonOperator };
    this.add(new AnomalyDetectionAlarm(this, idOf(subject), props));
  }

  private described(
    subject: Subject,
    { evaluationPeriods = 1, treatMissingData = TreatMissingData.NOT_BREACHING, ...watch }: Watch,
  ): Omit<AlarmProps, 'threshold' | 'comparisonOperator'> {
    return {
      // The subject of an e-mail begins with the name.
      alarmName: `${Stack.of(this).stackName}-${idOf(subject)}`,
      alarmDescription: `${subject.means} What to do: ${this.props.runbookUrl}#${subject.section}`,
      evaluationPeriods,
      treatMissingData,
      ...watch,
    };
  }

  private add(alarm: Alarm): void {
    alarm.addAlarmAction(new SnsAction(this.props.topic));
    this.all.push(alarm);
  }
}

function idOf({ section, of }: Subject): string {
  return of === undefined ? section : `${section}-${of}`;
}
