import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { QueueName } from '../../core/names.ts';
import type { DarkroomConfig } from '../config/config.ts';
import { accept } from '../guard/accept.ts';
import type { CustomerKey } from '../storage/customer-key.ts';

/** SQS keeps no message longer. A dead letter's age counts from when it was first sent. */
const DEAD_LETTER_RETENTION = Duration.days(14);

/** The queues of a deployment, by name. */
export type Queues = Readonly<Record<QueueName, TaskQueue>>;

interface TaskQueueProps {
  config: DarkroomConfig;
  key: CustomerKey | undefined;
}

/**
 * A queue of work and its dead letters. The dead letter queue is there so that a message that always fails ends up
 * where somebody sees why, and consumes no compute without end.
 */
export class TaskQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { config, key }: TaskQueueProps) {
    super(scope, id);
    const common: QueueProps = {
      visibilityTimeout: Duration.seconds(config.visibilityTimeoutS),
      // SQS's own key: S3 may send to such a queue without further ado, and it costs nothing.
      ...(key
        ? { encryption: QueueEncryption.KMS, encryptionMasterKey: key.key }
        : { encryption: QueueEncryption.SQS_MANAGED }),
      enforceSSL: true,
    };
    this.deadLetters = new Queue(this, 'DeadLetters', { ...common, retentionPeriod: DEAD_LETTER_RETENTION });
    this.queue = new Queue(this, 'Queue', {
      ...common,
      retentionPeriod: Duration.days(config.retentionDays),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: config.maxReceives },
    });
    accept(
      this.deadLetters,
      ['Serverless-SQSRedrivePolicy'],
      'These are the dead letters; the recorder empties them.',
    );
    if (key) return;
    for (const queue of [this.queue, this.deadLetters]) {
      accept(queue, ['CKV_AWS_27'], "Encrypted with SQS's own key, of which the check does not know.");
    }
  }
}
