import { Duration } from 'aws-cdk-lib';
import { ArnPrincipal, CompositePrincipal, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { PREFIXES } from '../../core/names.ts';
import { acceptPatterns } from '../guard/accept.ts';
import type { CustomerKey } from '../storage/customer-key.ts';
import type { Storage } from '../storage/storage.ts';
import type { WorkerFunction } from '../workers/worker-function.ts';

interface SignerProps {
  storage: Storage;
  key: CustomerKey | undefined;
  publishers: readonly WorkerFunction[];
}

/**
 * The role that signs the links of completion messages. A link expires with the credentials that signed it. A function
 * does not know when its own credentials expire, but it does know that of this role, which it assumes. A link has the
 * permissions of the role, which may only read outputs.
 */
export class Signer extends Construct {
  readonly roleArn: string;

  constructor(scope: Construct, id: string, { storage, key, publishers }: SignerProps) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      description: 'Signs links to the outputs of Darkroom',
      assumedBy: new CompositePrincipal(...publishers.map(({ role }) => new ArnPrincipal(role.roleArn))),
      // AWS's maximum when one role assumes another.
      maxSessionDuration: Duration.hours(1),
    });
    const outputs = storage.processedUnder(PREFIXES.processed, PREFIXES.augmented);
    role.addToPolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: outputs }));
    acceptPatterns(role, outputs, 'The outputs, whose names are not known before.');
    key?.allowReading(role);
    this.roleArn = role.roleArn;
    for (const publisher of publishers) {
      publisher.allow(['sts:AssumeRole'], [role.roleArn]);
    }
  }
}
