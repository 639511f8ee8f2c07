import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type OptionalQueue, QUEUES, type QueueName } from '../../core/names.ts';
import type { DarkroomConfig } from '../config/config.ts';
import { accept } from '../guard/accept.ts';
import type { CustomerKey } from '../storage/customer-key.ts';

/** SQS's maximum. The age of a dead-letter message counts from when it was first sent. */
const DEAD_LETTER_RETENTION = Duration.days(14);

/** The queues of a deployment, by name. */
export type Queues = Readonly<
  Record<Exclude<QueueName, OptionalQueue>, TaskQueue> & Partial<Record<OptionalQueue, TaskQueue>>
>;

/** The queues that there are, with their names, in the order of QUEUES. */
export function listQueues(queues: Queues): (readonly [name: QueueName, queue: TaskQueue])[] {
  return QUEUES.flatMap((name) => {
    const queue = queues[name];
    return queue === undefined ? [] : [[name, queue] as const];
  });
}

interface TaskQueueProps {
  config: DarkroomConfig;
  key: CustomerKey | undefined;
  /** Where the consumer needs another time than the workers of images. */
  visibilityTimeoutS?: number;
  maxReceives?: number;
}

/**
 * A queue of tasks and its dead-letter queue. A message that always fails (a poison message) goes to the dead-letter
 * queue, where its reason is recorded, instead of consuming compute without end.
 */
export class TaskQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: TaskQueueProps) {
    super(scope, id);
    const { config, key } = props;
    const common: QueueProps = {
      visibilityTimeout: Duration.seconds(config.visibilityTimeoutS),
      // With SQS's own key, S3 needs no further permission to send, and there is no cost.
      ...(key
        ? { encryption: QueueEncryption.KMS, encryptionMasterKey: key.key }
        : { encryption: QueueEncryption.SQS_MANAGED }),
      enforceSSL: true,
    };
    this.deadLetters = new Queue(this, 'DeadLetters', { ...common, retentionPeriod: DEAD_LETTER_RETENTION });
    const { visibilityTimeoutS = config.visibilityTimeoutS, maxReceives = config.maxReceives } = props;
    this.queue = new Queue(this, 'Queue', {
      ...common,
      visibilityTimeout: Duration.seconds(visibilityTimeoutS),
      retentionPeriod: Duration.days(config.retentionDays),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: maxReceives },
    });
    accept(
      this.deadLetters,
      ['Serverless-SQSRedrivePolicy'],
      'This is a dead-letter queue; the recorder empties it.',
    );
    if (key) return;
    for (const queue of [this.queue, this.deadLetters]) {
      accept(queue, ['CKV_AWS_27'], "Encrypted with SQS's own key, which the check does not know.");
    }
  }
}
