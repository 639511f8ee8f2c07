import { Duration } from 'aws-cdk-lib';
import { ArnPrincipal, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { EXPORTS_PREFIX, PREFIXES, UPLOADS_PREFIX } from '../../core/names.ts';
import { acceptPatterns } from '../guard/accept.ts';
import type { CustomerKey } from '../storage/customer-key.ts';
import type { Storage } from '../storage/storage.ts';
import type { WorkerFunction } from '../workers/worker-function.ts';

interface SigningRolesProps {
  storage: Storage;
  key: CustomerKey | undefined;
  /** The function that signs. */
  api: WorkerFunction;
}

/**
 * The roles with which the API signs, and which it assumes for nothing else. What is signed has the permissions of the
 * role: a link may read, a form may store a new upload. The API itself may do neither.
 */
export class SigningRoles extends Construct {
  readonly linkRoleArn: string;
  readonly uploadRoleArn: string;

  constructor(scope: Construct, id: string, { storage, key, api }: SigningRolesProps) {
    super(scope, id);
    const links = this.makeRole('Links', 'Signs links for the users of Darkroom', api);
    const outputs = storage.processedUnder(
      ...Object.values(PREFIXES).filter((prefix) => prefix !== PREFIXES.intermediate),
      EXPORTS_PREFIX,
    );
    const originals = [storage.source.arnForObjects('*')];
    links.addToPolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: outputs }));
    links.addToPolicy(
      new PolicyStatement({ actions: ['s3:GetObject', 's3:GetObjectVersion'], resources: originals }),
    );
    acceptPatterns(links, [...outputs, ...originals], 'Pictures, whose names are not known before.');
    key?.allowReading(links);

    const uploads = this.makeRole('Uploads', 'Signs upload forms for the users of Darkroom', api);
    const places = [storage.source.arnForObjects(`${UPLOADS_PREFIX}*`)];
    uploads.addToPolicy(new PolicyStatement({ actions: ['s3:PutObject'], resources: places }));
    acceptPatterns(uploads, places, 'Uploads, whose names are not known before.');
    key?.allowWriting(uploads);
    this.linkRoleArn = links.roleArn;
    this.uploadRoleArn = uploads.roleArn;
  }

  private makeRole(id: string, description: string, api: WorkerFunction): Role {
    const role = new Role(this, `${id}Role`, {
      description,
      assumedBy: new ArnPrincipal(api.role.roleArn),
      // AWS's maximum when one role assumes another.
      maxSessionDuration: Duration.hours(1),
    });
    api.allow(['sts:AssumeRole'], [role.roleArn]);
    return role;
  }
}
