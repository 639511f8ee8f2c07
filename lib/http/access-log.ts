import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { type IAccessLogSettings, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { DarkroomConfig } from '../config/config.ts';
import { accept } from '../guard/accept.ts';
import type { CustomerKey } from '../storage/customer-key.ts';
import { removalPolicyOf } from '../storage/removal.ts';

/**
 * The log of the requests to an API, in a log group of its own. The caller's address is not logged: it is personal data,
 * and nobody needs it. Neither is the query, because it holds the tickets of live updates.
 *
 * @param fields what is logged, by name, as variables of API Gateway
 */
export function accessLog(
  scope: Construct,
  { config, key }: { config: DarkroomConfig; key: CustomerKey | undefined },
  fields: Record<string, string>,
): IAccessLogSettings {
  const group = new LogGroup(scope, 'AccessLog', {
    retention: config.logRetentionDays,
    removalPolicy: removalPolicyOf(config),
    ...(key ? { encryptionKey: key.key } : {}),
  });
  if (!key) {
    const reason = "Encrypted with CloudWatch's own key; encryption: customer-key changes that.";
    accept(group, ['CKV_AWS_158'], reason);
  }
  return {
    destination: new LogGroupLogDestination(group),
    format: AccessLogFormat.custom(JSON.stringify(fields)),
  };
}
