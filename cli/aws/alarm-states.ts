import { type CloudWatchClient, DescribeAlarmsCommand, type MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { AlarmStatus } from '../status/report.ts';
import { asked } from './error-messages.ts';

/**
 * The alarms of a stack that ring, the last to begin first. Their names begin with the stack's.
 *
 * @throws AwsError
 */
export async function ringingAlarms(client: CloudWatchClient, stackName: string): Promise<AlarmStatus[]> {
  const prefix = `${stackName}-`;
  const found: MetricAlarm[] = [];
  let NextToken: string | undefined;
  do {
    const command = new DescribeAlarmsCommand({ AlarmNamePrefix: prefix, StateValue: 'ALARM', NextToken });
    const page = await asked('cloudwatch:DescribeAlarms', client.send(command));
    found.push(...(page.MetricAlarms ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found
    .map(({ AlarmName = '', AlarmDescription = '', StateTransitionedTimestamp, StateUpdatedTimestamp }) => ({
      name: AlarmName.slice(prefix.length),
      since: (StateTransitionedTimestamp ?? StateUpdatedTimestamp ?? new Date()).toISOString(),
      description: AlarmDescription,
    }))
    .sort((a, b) => (a.since < b.since ? 1 : -1));
}
