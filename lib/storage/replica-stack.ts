import { CfnOutput, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import { Alias, Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { DarkroomConfig } from '../config/config.ts';
import { ImageBucket } from './image-bucket.ts';
import { AccessLogs } from './private-bucket.ts';
import { removalPolicyOf } from './removal.ts';
import { replicaBucketName, replicaKeyAlias, replicatedBuckets } from './replica-names.ts';

const REPLICAS = {
  source: { id: 'SourceReplica', description: 'Copies of the uploads' },
  processed: { id: 'ProcessedReplica', description: 'Copies of the results' },
} as const;

interface ReplicaStackProps extends StackProps {
  config: DarkroomConfig & { replicaRegion: string };
}

/**
 * The copies of a deployment's buckets in a second region. It is deployed first, because S3 replicates only to a bucket
 * that exists. No function of Darkroom reads or writes here.
 */
export class ReplicaStack extends Stack {
  constructor(scope: Construct, id: string, { config, ...props }: ReplicaStackProps) {
    super(scope, id, {
      description: `The second region of Darkroom, a serverless image pipeline (${config.stage})`,
      terminationProtection: config.removal === 'retain',
      ...props,
    });
    Tags.of(this).add('project', 'darkroom');
    Tags.of(this).add('stage', config.stage);
    Tags.of(this).add('deployment', `Darkroom-${config.stage}`);

    const encryptionKey = config.encryption === 'customer-key' ? this.key(config) : undefined;
    const logs = new AccessLogs(this, 'AccessLogs', config);
    for (const kind of replicatedBuckets(config)) {
      // It has lifecycle rules as well, because S3 does not replicate what a lifecycle rule does.
      const { id, description } = REPLICAS[kind];
      const { bucketName } = new ImageBucket(this, id, config, kind, {
        bucketName: replicaBucketName(this, config, kind),
        ...(encryptionKey ? { encryptionKey } : {}),
        ...logs.of(kind),
      });
      new CfnOutput(this, `${id}BucketName`, { description, value: bucketName });
    }
  }

  /** The key has an alias, because the deployment in the other region cannot refer to its ARN. */
  private key(config: DarkroomConfig): Key {
    const key = new Key(this, 'Key', {
      description: `Encrypts the copies of what Darkroom stores (${config.stage})`,
      enableKeyRotation: true,
      removalPolicy: removalPolicyOf(config),
    });
    new Alias(this, 'Alias', { aliasName: replicaKeyAlias(config), targetKey: key });
    return key;
  }
}
