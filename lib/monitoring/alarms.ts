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

/** When an alarm goes off: of the last `evaluationPeriods` values, `datapointsToAlarm` (default: all) break the bound. */
interface Watch {
  metric: IMetric;
  evaluationPeriods?: number;
  datapointsToAlarm?: number;
  /** What no value means; by default that all is well, as nothing happens where nobody uploads. */
  treatMissingData?: TreatMissingData;
}

/** The alarms of a deployment. Each tells the operations topic, and its description links its section of the runbook. */
export class Alarms extends Construct {
  readonly all: Alarm[] = [];
  private readonly props: AlarmsProps;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.props = props;
  }

  /**
   * An alarm for a value that reaches a bound.
   *
   * @param name the heading of its section in docs/runbook.md
   * @param means one sentence for the person who is woken
   */
  whenAtLeast(name: string, means: string, threshold: number, watch: Watch): void {
    const comparisonOperator = ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD;
    this.add(
      new Alarm(this, name, { ...this.described(name, name, means, watch), threshold, comparisonOperator }),
    );
  }

  /**
   * An alarm for a value that falls out of the range in which it has been lately, to which CloudWatch fits a model
   * with daily and weekly rhythm. Until there are enough values it stays silent.
   *
   * @param of tells it apart from the others of its section
   */
  whenBelowUsual(name: string, of: string, means: string, stdDevs: number, watch: Watch): void {
    const comparisonOperator = ComparisonOperator.LESS_THAN_LOWER_THRESHOLD;
    const id = `${name}-${of}`;
    this.add(
      new AnomalyDetectionAlarm(this, id, {
        ...this.described(id, name, means, watch),
        stdDevs,
        comparisonOperator,
      }),
    );
  }

  private described(
    id: string,
    section: string,
    means: string,
    { evaluationPeriods = 1, treatMissingData = TreatMissingData.NOT_BREACHING, ...watch }: Watch,
  ): Omit<AlarmProps, 'threshold' | 'comparisonOperator'> {
    return {
      // E-mails show the name first.
      alarmName: `${Stack.of(this).stackName}-${id}`,
      alarmDescription: `${means} What to do: ${this.props.runbookUrl}#${section}`,
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
