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

/** Where alarms and the budget tell of trouble; the completion messages have a topic of their own. */
export class OperationsTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { config, key }: OperationsTopicProps) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', {
      displayName: `Darkroom ${config.stage}`,
      enforceSSL: true,
      ...(key ? { masterKey: key.key } : {}),
    });
    // A topic with a policy admits those alone that the policy names.
    this.grant('cloudwatch.amazonaws.com');
    this.grant('budgets.amazonaws.com');
    if (config.alarmEmail) {
      const mails = this.topic.addSubscription(new EmailSubscription(config.alarmEmail));
      const reason = 'An alarm whose mail is lost is still in CloudWatch and on the dashboard.';
      accept(mails, ['Serverless-SNSRedrivePolicy'], reason);
    }
    if (!key) {
      const reason =
        "AWS's own key for SNS would shut CloudWatch out; alarms hold names and figures, and encryption: customer-key encrypts them.";
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
