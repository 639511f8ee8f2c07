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
 * The copies of a deployment's buckets in a second region. It is deployed first, as S3 replicates to a bucket that
 * exists. Nothing of Darkroom reads or writes here.
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
    for (const holding of replicatedBuckets(config)) {
      // It forgets as the first region does, by itself: S3 copies nothing that a lifecycle rule did.
      const { id, description } = REPLICAS[holding];
      const { bucketName } = new ImageBucket(this, id, config, holding, {
        bucketName: replicaBucketName(this, config, holding),
        ...(encryptionKey ? { encryptionKey } : {}),
        ...logs.of(holding),
      });
      new CfnOutput(this, `${id}BucketName`, { description, value: bucketName });
    }
  }

  /** Known by its alias, as the deployment in the other region can't refer to its ARN. */
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
