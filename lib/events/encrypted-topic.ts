import { Alias } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { CustomerKey } from '../storage/customer-key.ts';

/**
 * A topic to which functions publish: every end of a run, or the progress of runs.
 *
 * It is encrypted with AWS's own key for SNS, or with the customer's key. Subscribers need no permission for the key,
 * because SNS decrypts before it delivers. AWS's key admits every principal of the account that may publish, but no AWS
 * service, so the alarms have another topic.
 */
export class EncryptedTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, key: CustomerKey | undefined) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', {
      enforceSSL: true,
      masterKey: key?.key ?? Alias.fromAliasName(this, 'SnsKey', 'alias/aws/sns'),
    });
  }
}
