import { Tags } from 'aws-cdk-lib';
import { AccountPrincipal, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { PREFIXES } from '../../core/names.ts';
import { acceptPatterns } from '../guard/accept.ts';
import type { Catalog } from '../storage/catalog.ts';
import type { CustomerKey } from '../storage/customer-key.ts';
import type { Storage } from '../storage/storage.ts';
import { CHECK_FOLDER, CHECK_ROLE_TAG } from './check-names.ts';

interface CheckRoleProps {
  checkerAccount: string;
  storage: Storage;
  catalog: Catalog;
  key: CustomerKey | undefined;
}

/**
 * The role of the end-to-end check of a delivery: it may upload a sample to its own folder and read the results. Anybody
 * who may assume roles in the account of the pipeline can assume it.
 */
export class CheckRole extends Construct {
  readonly roleArn: string;

  constructor(scope: Construct, id: string, { checkerAccount, storage, catalog, key }: CheckRoleProps) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      description: 'Uploads a sample to Darkroom and reads its results',
      assumedBy: new AccountPrincipal(checkerAccount),
    });
    Tags.of(role).add(CHECK_ROLE_TAG.key, CHECK_ROLE_TAG.value);
    const samples = [storage.source.arnForObjects(`${CHECK_FOLDER}*`)];
    const results = storage.processedUnder(
      `${PREFIXES.processed}${CHECK_FOLDER}`,
      `${PREFIXES.augmented}*/${CHECK_FOLDER}`,
    );
    role.addToPolicy(new PolicyStatement({ actions: ['s3:PutObject'], resources: samples }));
    role.addToPolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: results }));
    role.addToPolicy(
      new PolicyStatement({ actions: ['dynamodb:GetItem'], resources: [catalog.table.tableArn] }),
    );
    acceptPatterns(
      role,
      [...samples, ...results],
      "The check's own folder, whose objects are not known before.",
    );
    key?.allowUse(role);
    this.roleArn = role.roleArn;
  }
}
