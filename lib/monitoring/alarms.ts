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

/** What an alarm is about, for the person who is woken. */
interface Subject {
  /** The heading of its section in docs/runbook.md. */
  section: string;
  /** Which function, queue, bucket or recipe, where the section is about several. */
  of?: string;
  /** One sentence. */
  means: string;
}

/** When an alarm goes off: of the last `evaluationPeriods` values, `datapointsToAlarm` (default: all) break the bound. */
interface Watch {
  metric: IMetric;
  evaluationPeriods?: number;
  datapointsToAlarm?: number;
  /** What no value means; by default that all is well, as nothing happens where nobody uploads. */
  treatMissingData?: TreatMissingData;
}

/**
 * The alarms of a deployment. Each tells the operations topic, and its description links its section of the runbook.
 *
 * Each watches the values of one resource alone: a sum over several has no value where one of them has none, and is
 * then silent whatever the others say.
 */
export class Alarms extends Construct {
  readonly all: Alarm[] = [];
  private readonly props: AlarmsProps;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.props = props;
  }

  /** An alarm for a value that reaches a bound. */
  whenAtLeast(subject: Subject, threshold: number, watch: Watch): void {
    const comparisonOperator = ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD;
    const props = { ...this.described(subject, watch), threshold, comparisonOperator };
    this.add(new Alarm(this, idOf(subject), props));
  }

  /**
   * An alarm for a value that falls out of the range in which it has been lately, to which CloudWatch fits a model
   * with daily and weekly rhythm. Until there are enough values it stays silent.
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
      // E-mails show the name first.
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
