import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { LIVE_TABLE_KEY } from '../../../core/live-layout.ts';
import { type Loopback, listen } from './loopback.ts';

/** A DynamoDB server with the table of live updates in it. */
export async function startLiveTable(tableName: string): Promise<Loopback> {
  const server = await listen(dynalite({ createTableMs: 0 }));
  const client = new DynamoDBClient({ endpoint: server.url });
  const { partitionKey, sortKey } = LIVE_TABLE_KEY;
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [partitionKey, sortKey].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S',
      })),
      KeySchema: [
        { AttributeName: partitionKey, KeyType: 'HASH' },
        { AttributeName: sortKey, KeyType: 'RANGE' },
      ],
    }),
  );
  client.destroy();
  return server;
}
