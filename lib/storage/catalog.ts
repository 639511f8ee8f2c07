import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { EXPIRY_ATTRIBUTE, INDEXES, TABLE_KEY } from '../../core/catalog-layout.ts';
import type { DarkroomConfig } from '../config/config.ts';
import { accept } from '../guard/accept.ts';
import type { CustomerKey } from './customer-key.ts';
import { removalPolicyOf } from './removal.ts';

interface CatalogProps {
  config: DarkroomConfig;
  key: CustomerKey | undefined;
}

/** The table with the record of every image, its archived runs, and the unprocessable messages. */
export class Catalog extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, { config, key }: CatalogProps) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      partitionKey: text(TABLE_KEY.partitionKey),
      sortKey: text(TABLE_KEY.sortKey),
      timeToLiveAttribute: EXPIRY_ATTRIBUTE,
      billingMode: BillingMode.PAY_PER_REQUEST,
      ...(key ? { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: key.key } : {}),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: config.removal === 'retain',
      removalPolicy: removalPolicyOf(config),
    });
    for (const [name, { indexName, partitionKey, sortKey }] of Object.entries(INDEXES)) {
      if (config.catalogIndexes && !config.catalogIndexes.includes(name as keyof typeof INDEXES)) continue;
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

  indexArn(index: keyof typeof INDEXES): string {
    return `${this.table.tableArn}/index/${INDEXES[index].indexName}`;
  }
}

function text(name: string) {
  return { name, type: AttributeType.STRING };
}
