import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { DarkroomConfig } from '../config/config.ts';
import { accept } from '../guard/accept.ts';
import type { CustomerKey } from '../storage/customer-key.ts';

interface OperationsTopicProps {
  config: DarkroomConfig;
  key: CustomerKey | undefined;
}

/** The topic of the alarms and the budget. Completion messages have another topic. */
export class OperationsTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { config, key }: OperationsTopicProps) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', {
      displayName: `Darkroom ${config.stage}`,
      enforceSSL: true,
      ...(key ? { masterKey: key.key } : {}),
    });
    // A topic with a policy admits only those whom the policy names.
    this.grant('cloudwatch.amazonaws.com');
    this.grant('budgets.amazonaws.com');
    if (config.alarmEmail) {
      const mails = this.topic.addSubscription(new EmailSubscription(config.alarmEmail));
      const reason = 'An alarm whose e-mail is lost is still in CloudWatch and on the dashboard.';
      accept(mails, ['Serverless-SNSRedrivePolicy'], reason);
    }
    if (!key) {
      const reason =
        "CloudWatch may not use AWS's own key for SNS; alarms contain names and figures, and encryption: customer-key encrypts them.";
      accept(this.topic, ['CKV_AWS_26'], reason);
    }
  }

  private grant(service: string): void {
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal(service)],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
  }
}
