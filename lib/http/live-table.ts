import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { LIVE_TABLE_KEY, LIVE_TTL_ATTRIBUTE } from '../../core/live-layout.ts';
import { accept } from '../guard/accept.ts';
import type { CustomerKey } from '../storage/customer-key.ts';

/** The table with the tickets and sockets of live updates. Nothing in it outlives a few hours, so it is never kept. */
export class LiveTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, key: CustomerKey | undefined) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      partitionKey: { name: LIVE_TABLE_KEY.partitionKey, type: AttributeType.STRING },
      sortKey: { name: LIVE_TABLE_KEY.sortKey, type: AttributeType.STRING },
      timeToLiveAttribute: LIVE_TTL_ATTRIBUTE,
      billingMode: BillingMode.PAY_PER_REQUEST,
      ...(key ? { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: key.key } : {}),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const reason = 'It holds tickets for seconds and sockets for hours; clients then connect again.';
    accept(this.table, ['AwsSolutions-DDB3', 'CKV_AWS_28'], reason);
    if (!key) {
      const own = "Encrypted with DynamoDB's own key; encryption: customer-key changes that.";
      accept(this.table, ['CKV_AWS_119'], own);
    }
  }
}
