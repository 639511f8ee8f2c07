import { type CloudWatchClient, type MetricAlarm, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import type { AlarmStatus } from '../status/report.ts';
import { explainAwsErrors } from './error-messages.ts';

/**
 * The alarms of a stack in state ALARM, the latest first. Their names begin with the stack's.
 *
 * @throws AwsError
 */
export async function ringingAlarms(client: CloudWatchClient, stackName: string): Promise<AlarmStatus[]> {
  const prefix = `${stackName}-`;
  const alarms = await explainAwsErrors('cloudwatch:DescribeAlarms', ringing(client, prefix));
  return alarms
    .map(({ AlarmName = '', AlarmDescription = '', StateTransitionedTimestamp, StateUpdatedTimestamp }) => ({
      name: AlarmName.slice(prefix.length),
      since: (StateTransitionedTimestamp ?? StateUpdatedTimestamp ?? new Date()).toISOString(),
      description: AlarmDescription,
    }))
    .sort((a, b) => (a.since < b.since ? 1 : -1));
}

async function ringing(client: CloudWatchClient, AlarmNamePrefix: string): Promise<MetricAlarm[]> {
  const alarms: MetricAlarm[] = [];
  const pages = paginateDescribeAlarms({ client }, { AlarmNamePrefix, StateValue: 'ALARM' });
  for await (const { MetricAlarms = [] } of pages) alarms.push(...MetricAlarms);
  return alarms;
}
