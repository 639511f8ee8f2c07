import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import type { DarkroomConfig } from '../config/config.ts';
import { accept } from '../guard/accept.ts';
import type { CustomerKey } from './customer-key.ts';
import { removalPolicyOf } from './removal.ts';

/**
 * Global secondary indexes: name, partition key, sort key. They carry keys alone, and are all there from the start,
 * as CloudFormation adds no more than one an update. core/catalog-layout.ts says what each is for; a test
 * holds the two together.
 */
export const CATALOG_INDEXES = {
  due: ['shard', 'dueAt'],
  failed: ['failedShard', 'createdAt'],
  owner: ['ownerShard', 'createdAt'],
  recipe: ['recipeShard', 'createdAt'],
} as const;

interface CatalogProps {
  config: DarkroomConfig;
  key: CustomerKey | undefined;
}

/** The table that knows every image: one record an image, its earlier runs, and the incidents. */
export class Catalog extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, { config, key }: CatalogProps) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      partitionKey: text('imageId'),
      sortKey: text('entry'),
      billingMode: BillingMode.PAY_PER_REQUEST,
      ...(key ? { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: key.key } : {}),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: config.removal === 'retain',
      removalPolicy: removalPolicyOf(config),
    });
    for (const [indexName, [partitionKey, sortKey]] of Object.entries(CATALOG_INDEXES)) {
      this.table.addGlobalSecondaryIndex({
        indexName,
        partitionKey: text(partitionKey),
        sortKey: text(sortKey),
        projectionType: ProjectionType.KEYS_ONLY,
      });
    }
    if (!key)
      accept(
        this.table,
        ['CKV_AWS_119'],
        "Encrypted with DynamoDB's own key; encryption: customer-key changes that.",
      );
  }

  indexArn(index: keyof typeof CATALOG_INDEXES): string {
    return `${this.table.tableArn}/index/${index}`;
  }
}

function text(name: string) {
  return { name, type: AttributeType.STRING };
}
