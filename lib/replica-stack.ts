import { Stack, type StackProps, Tags } from 'aws-cdk-lib';
import { Alias, Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { DarkroomConfig } from './config.ts';
import { AccessLogs, PrivateBucket } from './private-bucket.ts';
import { removalPolicyOf } from './removal.ts';
import { replicaBucketName, replicaKeyAlias, replicatedBuckets } from './replica-names.ts';

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
    for (const which of replicatedBuckets(config)) {
      new PrivateBucket(this, which === 'source' ? 'SourceReplica' : 'ProcessedReplica', config, {
        bucketName: replicaBucketName(this, config, which),
        ...(encryptionKey ? { encryptionKey } : {}),
        ...logs.of(which),
        noncurrentDays: which === 'source' ? config.sourceNoncurrentDays : config.processedNoncurrentDays,
      });
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
